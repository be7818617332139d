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

// The sentence and what it is about; of either sort of case.
template <class One>
One read_head(Entry& entry, std::set<std::string>& seen) {
  One one;
  one.file = entry.source().file();
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
  return one;
}

void read_loop_cases(Entry& file, std::set<std::string>& seen, std::vector<Case>& cases) {
  const std::string loop = file.text("loop");
  file.each("cases", [&](Entry& entry) {
    auto one = read_head<Case>(entry, seen);
    one.loop = loop;
    one.given = mapping(entry, "given");
    one.when = mapping(entry, "when");
    one.then = mapping(entry, "then");
    cases.push_back(std::move(one));
  });
}

// What is said later wins, key by key; nothing (`null`) takes away what was said.
void lay_over(json::object& under, const json::object& over) {
  for (const auto& pair : over) {
    json::value* known = under.if_contains(pair.key());
    if (pair.value().is_null()) {
      under.erase(pair.key());
    } else if (known && known->is_object() && pair.value().is_object()) {
      lay_over(known->get_object(), pair.value().get_object());
    } else {
      under[pair.key()] = pair.value();
    }
  }
}

// A mapping, or a list of them.
void lay_over(json::object& under, Entry& entry, const std::string& name) {
  const YAML::Node node = entry.node(name);
  if (!node.IsDefined()) return;
  const json::value said = json_of(node);
  if (said.is_object()) return lay_over(under, said.get_object());
  bool mappings = said.is_array();
  for (const auto& each : mappings ? said.get_array() : json::array{}) {
    mappings = mappings && each.is_object();
    if (each.is_object()) lay_over(under, each.get_object());
  }
  if (mappings) return;
  entry.complain(name, "is no mapping and no list of them", "write it as `key: value`");
}

void read_standing_cases(Entry& file, std::set<std::string>& seen,
                         std::vector<StandingCase>& cases) {
  const std::string clause = file.text("standing");
  if (!is_clause(clause)) {
    file.complain("standing", "`" + clause + "` is no clause", "write it as C18");
  }
  json::object shared;
  lay_over(shared, file, "given");
  file.each("cases", [&](Entry& entry) {
    auto one = read_head<StandingCase>(entry, seen);
    if (one.requirement.rfind(clause + ".", 0) != 0) {
      entry.complain("requirement", "`" + one.requirement + "` is of another clause",
                     "put the case into the file of its clause");
    }
    one.given = shared;
    lay_over(one.given, entry, "given");
    one.then = entry.one_of("then", {"kept", "due_soon", "late", "missing", "not_applicable"});
    cases.push_back(std::move(one));
  });
}

void read_cases(Entry& file, std::set<std::string>& seen, LoadedCases& loaded) {
  // What cases share by anchors stands here; nobody reads it by name.
  file.node("shared");
  if (file.has("standing")) return read_standing_cases(file, seen, loaded.standing);
  read_loop_cases(file, seen, loaded.cases);
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
      read_cases(entry, seen, loaded);
      entry.close();
    } catch (const YAML::Exception& wrong) {
      source.complain_on(wrong.mark.line + 1, "", "is no YAML: " + wrong.msg,
                         "look at this line and the one before: indentation, quotes, brackets");
    }
  }
  return loaded;
}

std::map<std::string, CaseCount> count_by_requirement(const LoadedCases& loaded) {
  std::map<std::string, CaseCount> counts;
  for (const Case& one : loaded.cases) ++counts[one.requirement].moves;
  for (const StandingCase& one : loaded.standing) {
    auto& count = counts[one.requirement];
    if (one.then == "kept" || one.then == "due_soon") ++count.holds;
    if (one.then == "late" || one.then == "missing") ++count.fails;
  }
  return counts;
}

}  // namespace anxiao::pack
