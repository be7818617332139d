// A folder becomes a pack, or a list of everything that is wrong with it.

#include <algorithm>
#include <iterator>

#include "base/hash.h"
#include "pack/chart_check.h"
#include "pack/folder.h"
#include "pack/pack_files.h"

namespace anxiao::pack {

namespace fs = std::filesystem;

namespace {

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
  bool whole = true;   // false: looks at a part of a file that another step reads whole
  bool wanted = true;  // false: a pack may do without the file
};

// What a file may name has been read before it. Duties and clauses name each other: duties are
// read first, what they serve is looked at last.
constexpr Step kSteps[] = {
    {"pack.yml", read_manifest},
    {"kinds.yml", read_kinds},
    {"facets.yml", read_facets},
    {"calendar.yml", read_school_years},
    {"terms.yml", read_terms},
    {"posts.yml", read_posts},
    {"loops/", read_and_check_loop},
    {"checklists/", read_checklist},
    {"duties/", read_duties},
    {"ledgers/", read_ledger},
    {"grades.yml", read_grading, true, false},
    {"clauses/", read_clause},
    {"duties/", check_what_duties_serve, false},
    {"loops/", check_what_loops_name, false},
    {"checklists/", check_what_items_repeat, false},
    {"grades.yml", check_what_grades_weigh, false, false},
};

// What is odd about a pack that is sound.
constexpr Step kLooks[] = {
    {"terms.yml", look_at_burdens, false},
    {"ledgers/", look_at_repeated_fields, false},
    {"clauses/", look_at_checks, false},
};

bool belongs(const std::string& path, const std::string& step) {
  if (step.back() != '/') return path == step;
  const std::string rest = path.substr(std::min(path.size(), step.size()));
  return path.rfind(step, 0) == 0 && rest.find('/') == std::string::npos && rest.size() > 4 &&
         rest.substr(rest.size() - 4) == ".yml";
}

void read_file(const File& file, const Step& step, Pack& pack, std::vector<Complaint>& complaints) {
  const auto read = [&](Entry& entry) {
    step.read(entry, pack);
    if (step.whole) entry.close();
  };
  read_yaml(file, read, complaints);
}

bool is_complained_of(const File& file, const std::vector<Complaint>& complaints) {
  return std::any_of(complaints.begin(), complaints.end(),
                     [&](const Complaint& each) { return each.file == file.path; });
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
    if (path.back() == '/' || !step.wanted ||
        std::find(paths.begin(), paths.end(), path) != paths.end())
      continue;
    complaints.push_back({path, 0, "", "is missing", "add the file; see pack/schema"});
  }
}

}  // namespace

Loaded load(const fs::path& folder) {
  const auto pack = std::make_shared<Pack>();
  Loaded loaded;
  std::vector<File> files;
  const std::vector<std::string> paths = yaml_files_in(folder);
  for (const std::string& path : paths) take_file(folder, path, files, loaded.complaints);
  complain_of_absent(paths, loaded.complaints);
  complain_of_strangers(paths, loaded.complaints);
  for (const Step& step : kSteps) {
    for (const File& file : files) {
      if (!belongs(file.path, step.path)) continue;
      if (!step.whole && is_complained_of(file, loaded.complaints)) continue;
      read_file(file, step, *pack, loaded.complaints);
    }
  }
  sort(loaded.complaints);
  if (!loaded.complaints.empty()) return loaded;
  std::sort(pack->clauses.begin(), pack->clauses.end(),
            [](const Clause& a, const Clause& b) { return a.number < b.number; });
  pack->hash = hash_of(files);
  for (const Step& look : kLooks)
    for (const File& file : files)
      if (belongs(file.path, look.path)) read_file(file, look, *pack, loaded.warnings);
  sort(loaded.warnings);
  loaded.pack = pack;
  return loaded;
}

}  // namespace anxiao::pack
