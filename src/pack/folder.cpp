#include "pack/folder.h"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <system_error>
#include <tuple>

#include "base/text.h"

namespace anxiao::pack {

namespace fs = std::filesystem;

namespace {

// A pack is a few hundred kilobytes; what is larger is something else.
constexpr std::uintmax_t kMostBytes = 4 * 1024 * 1024;

}  // namespace

std::vector<std::string> yaml_files_in(const fs::path& folder) {
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

void read_yaml(const File& file, const std::function<void(Entry&)>& read,
               std::vector<Complaint>& complaints) {
  Source source(file.path, complaints);
  if (!is_utf8(file.text)) {
    source.complain_on(0, "", "is not UTF-8", "save it as UTF-8 without a byte order mark");
    return;
  }
  try {
    const YAML::Node root = YAML::Load(file.text);
    Entry entry(source, root, "");
    read(entry);
  } catch (const YAML::Exception& wrong) {
    source.complain_on(wrong.mark.line + 1, "", "is no YAML: " + wrong.msg,
                       "look at this line and the one before: indentation, quotes, brackets");
  }
}

void sort(std::vector<Complaint>& complaints) {
  std::stable_sort(complaints.begin(), complaints.end(),
                   [](const Complaint& a, const Complaint& b) {
                     return std::tie(a.file, a.line) < std::tie(b.file, b.line);
                   });
}

}  // namespace anxiao::pack
