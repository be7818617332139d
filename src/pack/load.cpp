// A folder becomes a pack, or a list of everything that is wrong with it.

#include <algorithm>
#include <fstream>
#include <iterator>
#include <system_error>
#include <tuple>

#include "base/hash.h"
#include "base/text.h"
#include "pack/chart_check.h"
#include "pack/pack_files.h"

namespace anxiao::pack {

namespace fs = std::filesystem;

namespace {

// A pack is a few hundred kilobytes; what is larger is something else.
constexpr std::uintmax_t kMostBytes = 4 * 1024 * 1024;

struct File {
  std::string path;  // relative to the folder, with `/`
  std::string text;
};

// In the order of their names; what is under `cases/` is read by tests, not by a server.
std::vector<std::string> files_in(const fs::path& folder) {
  std::vector<std::string> found;
  for (const fs::directory_entry& entry : fs::recursive_directory_iterator(folder)) {
    const std::string path = fs::relative(entry.path(), folder).generic_string();
    if (!entry.is_regular_file() || path.rfind("cases/", 0) == 0) continue;
    const std::string ending = entry.path().extension().string();
    if (ending == ".yml" || ending == ".yaml") found.push_back(path);
  }
  std::sort(found.begin(), found.end());
  return found;
}

// Reads the file, or complains of it.
void take_file(const fs::path& folder, const std::string& path, std::vector<File>& files,
               std::vector<Complaint>& complaints) {
  std::error_code error;
  const auto size = fs::file_size(folder / path, error);
  std::ifstream in(folder / path, std::ios::binary);
  std::string text;
  if (!error && size <= kMostBytes) text.assign(std::istreambuf_iterator<char>(in), {});
  if (error || !in) {
    complaints.push_back({path, 0, "", "cannot be read", "let the server's user read it"});
  } else if (size > kMostBytes) {
    complaints.push_back({path, 0, "", "is too large for a pack file", "split it"});
  } else {
    files.push_back({path, std::move(text)});
  }
}

// Each file's path and length stand before its bytes, so that two packs with one hash are the
// same files with the same names.
std::string hash_of(const std::vector<File>& files) {
  Sha256 sum;
  for (const File& file : files) {
    sum.feed(file.path);
    sum.feed(std::string_view("\0", 1));
    sum.feed(std::to_string(file.text.size()));
    sum.feed(std::string_view("\0", 1));
    sum.feed(file.text);
  }
  return to_hex(sum.finish());
}

// Chart complaints name keys; the file that was just read says on which lines they stand.
void check_chart(Source& source, const Chart& chart) {
  for (const ChartComplaint& complaint : check(chart)) {
    source.complain(complaint.key, complaint.what, complaint.remedy);
  }
}

void read_and_check_loop(Entry& file, Pack& pack) {
  read_loop(file, pack);
  check_chart(file.source(), pack.charts.back());
}

struct Step {
  const char* path;  // a file, or a folder with a slash
  void (*read)(Entry&, Pack&);
};

// What a file may name has been read before it.
constexpr Step kSteps[] = {
    {"pack.yml", read_manifest}, {"kinds.yml", read_kinds},       {"terms.yml", read_terms},
    {"posts.yml", read_posts},   {"loops/", read_and_check_loop}, {"checklists/", read_checklist},
    {"ledgers/", read_ledger},   {"clauses/", read_clause},
};

bool belongs(const std::string& path, const std::string& step) {
  if (step.back() != '/') return path == step;
  const std::string rest = path.substr(std::min(path.size(), step.size()));
  return path.rfind(step, 0) == 0 && rest.find('/') == std::string::npos && rest.size() > 4 &&
         rest.substr(rest.size() - 4) == ".yml";
}

void read_file(const File& file, const Step& step, Pack& pack, std::vector<Complaint>& complaints) {
  Source source(file.path, complaints);
  if (!is_utf8(file.text)) {
    source.complain_on(0, "", "is not UTF-8", "save it as UTF-8 without a byte order mark");
    return;
  }
  try {
    const YAML::Node root = YAML::Load(file.text);
    Entry entry(source, root, "");
    step.read(entry, pack);
    entry.close();
  } catch (const YAML::Exception& wrong) {
    source.complain_on(wrong.mark.line + 1, "", "is no YAML: " + wrong.msg,
                       "look at this line and the one before: indentation, quotes, brackets");
  }
}

void complain_of_strangers(const std::vector<std::string>& paths,
                           std::vector<Complaint>& complaints) {
  for (const std::string& path : paths) {
    const bool known = std::any_of(std::begin(kSteps), std::end(kSteps),
                                   [&](const Step& step) { return belongs(path, step.path); });
    if (known) continue;
    complaints.push_back({path, 0, "", "is no file that a pack has",
                          "see pack/schema for the names, or move it out of the folder"});
  }
}

void complain_of_absent(const std::vector<std::string>& paths, std::vector<Complaint>& complaints) {
  for (const Step& step : kSteps) {
    const std::string path = step.path;
    if (path.back() == '/' || std::find(paths.begin(), paths.end(), path) != paths.end()) continue;
    complaints.push_back({path, 0, "", "is missing", "add the file; see pack/schema"});
  }
}

}  // namespace

Loaded load(const fs::path& folder) {
  const auto pack = std::make_shared<Pack>();
  Loaded loaded;
  std::vector<File> files;
  const std::vector<std::string> paths = files_in(folder);
  for (const std::string& path : paths) take_file(folder, path, files, loaded.complaints);
  complain_of_absent(paths, loaded.complaints);
  complain_of_strangers(paths, loaded.complaints);
  for (const Step& step : kSteps) {
    for (const File& file : files) {
      if (belongs(file.path, step.path)) read_file(file, step, *pack, loaded.complaints);
    }
  }
  std::stable_sort(loaded.complaints.begin(), loaded.complaints.end(),
                   [](const Complaint& a, const Complaint& b) {
                     return std::tie(a.file, a.line) < std::tie(b.file, b.line);
                   });
  if (!loaded.complaints.empty()) return loaded;
  std::sort(pack->clauses.begin(), pack->clauses.end(),
            [](const Clause& a, const Clause& b) { return a.number < b.number; });
  pack->hash = hash_of(files);
  loaded.pack = pack;
  return loaded;
}

}  // namespace anxiao::pack
