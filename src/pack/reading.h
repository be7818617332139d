// A strict reader of YAML. Whoever reads a mapping names every key it may have; what is missing,
// of another type or unknown is written down with file, line, key and remedy, and reading goes
// on, so that one look at a pack finds everything that is wrong with it.
//
// This knows YAML and nothing of what a pack says. yaml-cpp is seen here and in the files beside
// that read one kind of pack file each.

#pragma once

#include <yaml-cpp/yaml.h>

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "pack/pack.h"

namespace anxiao::pack {

// One file while it is read: where each key stands in it, and where complaints go.
class Source {
 public:
  Source(std::string file, std::vector<Complaint>& complaints)
      : file_(std::move(file)), complaints_(complaints) {}

  const std::string& file() const { return file_; }
  void remember(const std::string& key, const YAML::Node& node);
  // The line of `key`, or of the longest beginning of it that stands in the file.
  int line_of(std::string key) const;
  void complain(const std::string& key, const std::string& what, const std::string& remedy);
  void complain_on(int line, const std::string& key, const std::string& what,
                   const std::string& remedy);

 private:
  std::string file_;
  std::vector<Complaint>& complaints_;
  std::map<std::string, int> lines_;
};

// One mapping of a file. Every key asked for is known; `close` complains of the others.
class Entry {
 public:
  Entry(Source& source, const YAML::Node& node, std::string key);

  Source& source() const { return source_; }
  std::string at(const std::string& name) const;  // the key as complaints name it
  bool has(const std::string& name) const;
  // On the line of `name` (`from`, or one of a list: `from[1]`), else of the mapping itself.
  void complain(const std::string& name, const std::string& what, const std::string& remedy) const;
  // The id of an element of a list; complains where `seen` has it already.
  std::string unique_id(std::set<std::string>& seen);

  // Wanted: their absence is complained of.
  std::string text(const std::string& name);
  std::string id(const std::string& name = "id");
  double number(const std::string& name);
  std::string day(const std::string& name);
  Words words(const std::string& name);
  std::vector<std::string> names(const std::string& name);

  // May be absent.
  std::string text_or(const std::string& name, const std::string& otherwise);
  bool flag_or(const std::string& name, bool otherwise);
  std::optional<double> number_if(const std::string& name);
  std::optional<std::string> day_if(const std::string& name);
  Words words_if(const std::string& name);
  std::vector<std::string> names_if(const std::string& name);

  // One of a few words; complains of any other.
  std::string one_of(const std::string& name, const std::vector<std::string>& allowed,
                     const std::string& otherwise = {});

  // Each mapping of a list; an element is named by its `id`, else by its place: `guards[0]`.
  void each(const std::string& name, const std::function<void(Entry&)>& take);
  void each_if(const std::string& name, const std::function<void(Entry&)>& take);
  // The mapping under `name`, key by key in the order of the file.
  void each_key_if(const std::string& name,
                   const std::function<void(const std::string&, Entry& whole)>& take);
  // The node itself, for what has two shapes; counts as asked for.
  YAML::Node node(const std::string& name);

  void close();

 private:
  YAML::Node find(const std::string& name, bool wanted);
  int line_of(const std::string& name) const;
  bool scalar(const std::string& name, const YAML::Node& node, std::string& into);

  Source& source_;
  YAML::Node node_;
  std::string key_;
  std::set<std::string> asked_;
};

// `a, b, c`, for remedies.
std::string listed(const std::vector<std::string>& names);

// A small word of identifiers: lower-case letters, digits and `_`, a letter first.
bool is_id(const std::string& text);

}  // namespace anxiao::pack
