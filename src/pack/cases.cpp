#include "pack/cases.h"

#include <algorithm>
#include <fstream>
#include <iterator>

#include "base/text.h"
#include "pack/pack_files.h"

namespace anxiao::pack {

namespace fs = std::filesystem;
namespace json = boost::json;

namespace {

// A plain scalar is a number, true, false or nothing where it looks like one; a quoted one is
// text whatever it looks like.
json::value scalar_of(const YAML::Node& node) {
  const std::string& text = node.Scalar();
  if (node.Tag() == "!") return json::value(text);
  if (text == "true") return true;
  if (text == "false") return false;
  if (text.empty() || text == "null" || text == "~") return nullptr;
  const bool numeric = text.find_first_not_of("+-.0123456789eE") == std::string::npos;
  json::error_code wrong;
  const json::value parsed = json::parse(text, wrong);
  return numeric && !wrong ? parsed : json::value(text);
}

json::value json_of(const YAML::Node& node) {
  if (node.IsMap()) {
    json::object object;
    for (const auto& pair : node) object[pair.first.Scalar()] = json_of(pair.second);
    return object;
  }
  if (node.IsSequence()) {
    json::array array;
    for (const auto& each : node) array.push_back(json_of(each));
    return array;
  }
  if (node.IsScalar()) return scalar_of(node);
  return nullptr;
}

json::object mapping(Entry& entry, const std::string& name) {
  const YAML::Node node = entry.node(name);
  if (!node.IsDefined() || !node.IsMap()) {
    entry.complain(name, "is no mapping", "write given, when and then as `key: value`");
    return {};
  }
  return json_of(node).as_object();
}

void read_cases(Entry& file, std::set<std::string>& seen, std::vector<Case>& cases) {
  const std::string loop = file.text("loop");
  // What cases share by anchors stands here; nobody reads it by name.
  file.node("shared");
  file.each("cases", [&](Entry& entry) {
    Case one;
    one.file = entry.source().file();
    one.loop = loop;
    one.name = entry.text("name");
    one.line = entry.source().line_of(entry.at("name"));
    one.requirement = entry.text("requirement");
    if (!is_requirement(one.requirement)) {
      entry.complain("requirement", "`" + one.requirement + "` is no requirement",
                     "write it as C07.14");
    }
    if (!seen.insert(one.name).second) {
      entry.complain("name", "another case says the same", "say what differs");
    }
    one.given = mapping(entry, "given");
    one.when = mapping(entry, "when");
    one.then = mapping(entry, "then");
    cases.push_back(std::move(one));
  });
}

std::vector<fs::path> case_files(const fs::path& folder) {
  std::vector<fs::path> found;
  if (!fs::is_directory(folder / "cases")) return found;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder / "cases")) {
    if (entry.is_regular_file() && entry.path().extension() == ".yml")
      found.push_back(entry.path());
  }
  std::sort(found.begin(), found.end());
  return found;
}

}  // namespace

LoadedCases load_cases(const fs::path& folder) {
  LoadedCases loaded;
  std::set<std::string> seen;
  for (const fs::path& path : case_files(folder)) {
    Source source("cases/" + path.filename().string(), loaded.complaints);
    std::ifstream in(path, std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(in), {}};
    try {
      const YAML::Node root = YAML::Load(text);
      Entry entry(source, root, "");
      read_cases(entry, seen, loaded.cases);
      entry.close();
    } catch (const YAML::Exception& wrong) {
      source.complain_on(wrong.mark.line + 1, "", "is no YAML: " + wrong.msg,
                         "look at this line and the one before: indentation, quotes, brackets");
    }
  }
  return loaded;
}

std::map<std::string, int> count_by_requirement(const std::vector<Case>& cases) {
  std::map<std::string, int> counts;
  for (const Case& one : cases) ++counts[one.requirement];
  return counts;
}

}  // namespace anxiao::pack
