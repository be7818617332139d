#include "pack/reading.h"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "base/time.h"

namespace anxiao::pack {

namespace {

const char* shape_of(const YAML::Node& node) {
  if (!node || node.IsNull()) return "nothing";
  if (node.IsScalar()) return "a plain value";
  if (node.IsSequence()) return "a list";
  return "a mapping";
}

std::string joined(const std::string& key, const std::string& name) {
  return key.empty() ? name : key + "." + name;
}

bool to_number(const std::string& text, double& into) {
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, into);
  return error == std::errc() && stop == end && std::isfinite(into);
}

bool is_empty(const Words& words) { return words.zh.empty() && words.en.empty(); }

// How an element of a list is named: by its id, else by its place.
std::string element_key(const std::string& list, const YAML::Node& node, std::size_t place) {
  if (node.IsMap()) {
    const YAML::Node id = node["id"];
    if (id && id.IsScalar() && !id.Scalar().empty()) return list + "." + id.Scalar();
  }
  return list + "[" + std::to_string(place) + "]";
}

}  // namespace

void Source::remember(const std::string& key, const YAML::Node& node) {
  if (node.Mark().line >= 0) lines_.emplace(key, node.Mark().line + 1);
}

int Source::line_of(std::string key) const {
  while (!key.empty()) {
    if (const auto found = lines_.find(key); found != lines_.end()) return found->second;
    const auto cut = key.find_last_of(".[");
    key = cut == std::string::npos ? std::string() : key.substr(0, cut);
  }
  const auto whole = lines_.find("");
  return whole == lines_.end() ? 1 : whole->second;
}

void Source::complain(const std::string& key, const std::string& what, const std::string& remedy) {
  complain_on(line_of(key), key, what, remedy);
}

void Source::complain_on(int line, const std::string& key, const std::string& what,
                         const std::string& remedy) {
  complaints_.push_back({file_, line, key, what, remedy});
}

Entry::Entry(Source& source, const YAML::Node& node, std::string key)
    : source_(source), node_(node), key_(std::move(key)) {
  source_.remember(key_, node_);
  if (node_.IsMap()) return;
  source_.complain(key_, std::string("this is ") + shape_of(node_) + ", not a mapping",
                   "write it as `key: value` lines");
  node_ = YAML::Node(YAML::NodeType::Map);
}

std::string Entry::at(const std::string& name) const { return joined(key_, name); }

bool Entry::has(const std::string& name) const {
  const YAML::Node found = std::as_const(node_)[name];
  return found && !found.IsNull();
}

void Entry::complain(const std::string& name, const std::string& what,
                     const std::string& remedy) const {
  source_.complain_on(line_of(name), at(name), what, remedy);
}

int Entry::line_of(const std::string& name) const {
  const auto bracket = name.find('[');
  const std::string key = name.substr(0, bracket);
  for (const auto& pair : node_) {
    if (!pair.first.IsScalar() || pair.first.Scalar() != key) continue;
    if (bracket != std::string::npos && pair.second.IsSequence()) {
      const std::size_t place = std::stoul(name.substr(bracket + 1));
      if (place < pair.second.size()) return pair.second[place].Mark().line + 1;
    }
    return pair.first.Mark().line + 1;
  }
  return std::max(node_.Mark().line, 0) + 1;
}

std::string Entry::unique_id(std::set<std::string>& seen) {
  const std::string value = id();
  if (!value.empty() && !seen.insert(value).second) {
    complain("id", "`" + value + "` stands here twice", "give each its own id");
  }
  return value;
}

YAML::Node Entry::find(const std::string& name, bool wanted) {
  asked_.insert(name);
  for (const auto& pair : node_) {
    if (!pair.first.IsScalar() || pair.first.Scalar() != name) continue;
    source_.remember(at(name), pair.first);
    if (!pair.second.IsNull()) return pair.second;
    if (wanted) complain(name, "has no value", "give it one");
    return YAML::Node(YAML::NodeType::Undefined);
  }
  if (wanted) complain(name, "is missing", "add `" + name + ":`");
  return YAML::Node(YAML::NodeType::Undefined);
}

bool Entry::scalar(const std::string& name, const YAML::Node& node, std::string& into) {
  if (!node.IsScalar()) {
    complain(name, std::string("is ") + shape_of(node) + ", not a plain value",
             "write one value after the colon");
    return false;
  }
  into = node.Scalar();
  if (into.empty()) complain(name, "is empty", "give it a value or leave the key out");
  return !into.empty();
}

std::string Entry::text(const std::string& name) {
  std::string value;
  if (const YAML::Node node = find(name, true); node.IsDefined()) scalar(name, node, value);
  return value;
}

std::string Entry::text_or(const std::string& name, const std::string& otherwise) {
  std::string value;
  const YAML::Node node = find(name, false);
  return node.IsDefined() && scalar(name, node, value) ? value : otherwise;
}

std::string Entry::id(const std::string& name) {
  std::string value = text(name);
  if (!value.empty() && !is_id(value)) {
    complain(name, "`" + value + "` is no id", "use lower-case letters, digits and _");
  }
  return value;
}

bool Entry::flag_or(const std::string& name, bool otherwise) {
  std::string value;
  const YAML::Node node = find(name, false);
  if (!node.IsDefined() || !scalar(name, node, value)) return otherwise;
  if (value != "true" && value != "false") {
    complain(name, "`" + value + "` is neither true nor false", "write true or false");
  }
  return value == "true";
}

double Entry::number(const std::string& name) {
  if (!has(name)) {
    find(name, true);
    return 0;
  }
  return number_if(name).value_or(0);
}

std::optional<double> Entry::number_if(const std::string& name) {
  std::string value;
  double number = 0;
  const YAML::Node node = find(name, false);
  if (!node.IsDefined() || !scalar(name, node, value)) return std::nullopt;
  if (to_number(value, number)) return number;
  complain(name, "`" + value + "` is no number", "write digits, without a unit");
  return std::nullopt;
}

std::string Entry::day(const std::string& name) {
  if (!has(name)) {
    find(name, true);
    return {};
  }
  return day_if(name).value_or("");
}

std::optional<std::string> Entry::day_if(const std::string& name) {
  std::string value;
  const YAML::Node node = find(name, false);
  if (!node.IsDefined() || !scalar(name, node, value)) return std::nullopt;
  if (parse_day(value)) return value;
  complain(name, "`" + value + "` is no day", "write it as 2017-12-27");
  return std::nullopt;
}

Words Entry::words(const std::string& name) {
  Words words = words_if(name);
  if (is_empty(words) && !has(name)) find(name, true);
  return words;
}

Words Entry::words_if(const std::string& name) {
  const YAML::Node node = find(name, false);
  if (!node.IsDefined()) return {};
  Entry pair(source_, node, at(name));
  Words words{pair.text("zh"), pair.text("en")};
  pair.close();
  return words;
}

std::vector<std::string> Entry::names(const std::string& name) {
  if (!has(name)) {
    find(name, true);
    return {};
  }
  std::vector<std::string> values = names_if(name);
  if (values.empty()) complain(name, "names nothing", "name at least one");
  return values;
}

std::vector<std::string> Entry::names_if(const std::string& name) {
  const YAML::Node node = find(name, false);
  std::vector<std::string> values;
  if (!node.IsDefined()) return values;
  if (!node.IsSequence()) {
    complain(name, std::string("is ") + shape_of(node) + ", not a list", "write it as [one, two]");
    return values;
  }
  std::set<std::string> seen;
  for (std::size_t place = 0; place < node.size(); ++place) {
    const std::string element = name + "[" + std::to_string(place) + "]";
    source_.remember(at(element), node[place]);
    std::string value;
    if (!scalar(element, node[place], value)) continue;
    if (!seen.insert(value).second) {
      complain(element, "`" + value + "` stands here twice", "leave it out once");
    }
    values.push_back(value);
  }
  return values;
}

std::string Entry::one_of(const std::string& name, const std::vector<std::string>& allowed,
                          const std::string& otherwise) {
  const std::string value = otherwise.empty() ? text(name) : text_or(name, otherwise);
  if (value.empty() || std::find(allowed.begin(), allowed.end(), value) != allowed.end()) {
    return value;
  }
  complain(name, "`" + value + "` is not known here", "write one of: " + listed(allowed));
  return value;
}

void Entry::each(const std::string& name, const std::function<void(Entry&)>& take) {
  if (!has(name)) {
    find(name, true);
    return;
  }
  each_if(name, take);
}

void Entry::each_if(const std::string& name, const std::function<void(Entry&)>& take) {
  const YAML::Node node = find(name, false);
  if (!node.IsDefined()) return;
  if (!node.IsSequence()) {
    complain(name, std::string("is ") + shape_of(node) + ", not a list",
             "begin each element with `- `");
    return;
  }
  for (std::size_t place = 0; place < node.size(); ++place) {
    Entry element(source_, node[place], element_key(at(name), node[place], place));
    take(element);
    element.close();
  }
}

void Entry::each_key_if(const std::string& name,
                        const std::function<void(const std::string&, Entry&)>& take) {
  const YAML::Node node = find(name, false);
  if (!node.IsDefined()) return;
  Entry whole(source_, node, at(name));
  for (const auto& pair : whole.node_) {
    if (pair.first.IsScalar()) take(pair.first.Scalar(), whole);
  }
  whole.close();
}

YAML::Node Entry::node(const std::string& name) { return find(name, false); }

void Entry::close() {
  std::set<std::string> seen;
  for (const auto& pair : node_) {
    const int line = pair.first.Mark().line + 1;
    if (!pair.first.IsScalar()) {
      source_.complain_on(line, key_, "a key here is no plain word", "write `key: value`");
      continue;
    }
    const std::string& name = pair.first.Scalar();
    if (!seen.insert(name).second) {
      source_.complain_on(line, at(name), "stands here twice", "keep one of the two");
    } else if (!asked_.count(name)) {
      const std::vector<std::string> known(asked_.begin(), asked_.end());
      source_.complain_on(line, at(name), "is not a key that is known here",
                          "known are: " + listed(known));
    }
  }
}

std::string listed(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : ", ") + name;
  return text;
}

bool is_id(const std::string& text) {
  if (text.empty() || text[0] < 'a' || text[0] > 'z') return false;
  return text.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_") == std::string::npos;
}

}  // namespace anxiao::pack
