// checklists/*.yml: what is looked at, how often, by whom, and what a bad answer opens.

#include "pack/pack_files.h"

namespace anxiao::pack {

namespace {

// Categories and levels are those of a loop that a bad answer opens.
bool any_chart_has(const Pack& pack, const std::string& category) {
  if (pack.charts.empty()) return true;
  for (const Chart& chart : pack.charts) {
    if (chart.category_words.count(category)) return true;
  }
  return false;
}

bool any_chart_has_level(const Pack& pack, const std::string& level) {
  if (pack.charts.empty()) return true;
  for (const Chart& chart : pack.charts) {
    if (chart.level(level)) return true;
  }
  return false;
}

ChecklistItem read_item(Entry& entry, std::set<std::string>& seen, const Pack& pack) {
  ChecklistItem item;
  item.id = entry.unique_id(seen);
  item.text = entry.words("text");
  item.wrong = entry.words("wrong");
  item.norm = entry.text("norm");
  complain_of_norm(entry, "norm", item.norm);
  item.category = entry.text("category");
  if (!item.category.empty() && !any_chart_has(pack, item.category)) {
    entry.complain("category", "no loop has the category `" + item.category + "`",
                   "name a category of a loop");
  }
  item.level = entry.text_or("level", "");
  if (!item.level.empty() && !any_chart_has_level(pack, item.level)) {
    entry.complain("level", "no loop has the level `" + item.level + "`",
                   "name a level of a loop, or leave it out");
  }
  item.photo_wanted = entry.flag_or("photo_wanted", false);
  return item;
}

}  // namespace

void read_checklist(Entry& file, Pack& pack) {
  Checklist list;
  list.id = file.id();
  list.duty = file.id("duty");
  for (const Checklist& other : pack.checklists) {
    if (other.id == list.id) {
      file.complain("id", "another file has the checklist `" + list.id + "`",
                    "give each checklist its own id");
    }
    if (other.duty == list.duty) {
      file.complain("duty", "the checklist `" + other.id + "` has the duty `" + list.duty + "`",
                    "give each checklist its own duty");
    }
  }
  list.name = file.words("name");
  list.cycle = file.one_of("cycle", {"day", "week", "month"});
  list.posts = file.names("posts");
  complain_of_posts(file, "posts", list.posts, pack);
  list.kinds = kinds_named(file, "kinds", pack);
  list.requirement = file.text("requirement");
  if (!list.requirement.empty() && !is_requirement(list.requirement)) {
    file.complain("requirement", "`" + list.requirement + "` is no requirement",
                  "write its id, as C07.13");
  }
  std::set<std::string> seen;
  file.each("items", [&](Entry& entry) { list.items.push_back(read_item(entry, seen, pack)); });
  if (list.items.empty()) file.complain("items", "is empty", "add what is to be looked at");
  pack.checklists.push_back(std::move(list));
}

}  // namespace anxiao::pack
