// checklists/*.yml: what is looked at, what each item asks for, and what a bad answer opens.

#include <algorithm>

#include "pack/pack_files.h"

namespace anxiao::pack {

namespace {

const std::vector<std::string> kAsks = {"state",  "number", "numbers", "choice",
                                        "photo", "text",   "moment"};

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

bool asks_numbers(const ChecklistItem& item) {
  return item.asks == Asks::number || item.asks == Asks::numbers;
}

// A number, or the term that gives it.
void read_limit(Entry& entry, const std::string& name, const Pack& pack,
                std::optional<double>& limit, std::string& term) {
  limit = entry.number_if(name);
  term = entry.text_or(name + "_term", "");
  if (term.empty()) return;
  const auto found = pack.terms.find(term);
  if (limit) {
    entry.complain(name, "is given by `" + name + "_term` too", "keep one of the two");
  } else if (found == pack.terms.end()) {
    entry.complain(name + "_term", "there is no term `" + term + "`", "name a term of terms.yml");
  } else {
    limit = found->second.value;
  }
}

void read_numbers(Entry& entry, ChecklistItem& item, const Pack& pack) {
  read_limit(entry, "least", pack, item.least, item.least_term);
  read_limit(entry, "most", pack, item.most, item.most_term);
  item.unit = entry.words_if("unit");
  if (item.least && item.most && *item.most < *item.least) {
    entry.complain("most", "is below `least`", "let `most` be the larger one");
  }
  if (asks_numbers(item)) return;
  for (const char* name : {"least", "most", "least_term", "most_term", "unit"}) {
    if (!entry.has(name)) continue;
    entry.complain(name, "means nothing where no number is asked for",
                   "leave it out, or let the item ask for number or numbers");
  }
}

void read_choices(Entry& entry, ChecklistItem& item) {
  std::set<std::string> seen;
  entry.each_if("choices", [&](Entry& choice) {
    ItemChoice made;
    made.id = choice.unique_id(seen);
    made.name = choice.words("name");
    made.wrong = choice.flag_or("wrong", false);
    item.choices.push_back(std::move(made));
  });
  if ((item.asks == Asks::choice) == !item.choices.empty()) return;
  entry.complain("choices",
                 item.choices.empty() ? "is missing for an item that asks for a choice"
                                      : "means nothing where no choice is asked for",
                 "add `choices:` to an item that asks for a choice, and to no other");
}

// Whether an answer can be found not in order at all.
bool may_be_wrong(const ChecklistItem& item) {
  if (asks_numbers(item)) return item.least || item.most;
  if (item.asks == Asks::choice) {
    return std::any_of(item.choices.begin(), item.choices.end(),
                       [](const ItemChoice& each) { return each.wrong; });
  }
  return item.asks == Asks::state;
}

// What a bad answer opens.
void read_hazard(Entry& entry, ChecklistItem& item, const Pack& pack) {
  const bool wanted = item.asks == Asks::state;
  item.wrong = wanted ? entry.words("wrong") : entry.words_if("wrong");
  item.category = wanted ? entry.text("category") : entry.text_or("category", "");
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
  if (item.category.empty()) return;
  if (!may_be_wrong(item)) {
    entry.complain("category", "no answer to this item can be wrong",
                   "give it limits or a wrong choice, or leave `category` out");
  } else if (!wanted && !entry.has("wrong")) {
    entry.complain("wrong", "is missing for an item that opens a hazard",
                   "say what it is called when it is not in order");
  }
}

ChecklistItem read_item(Entry& entry, std::set<std::string>& seen, const Pack& pack) {
  ChecklistItem item;
  item.id = entry.unique_id(seen);
  item.text = entry.words("text");
  const std::string asks = entry.one_of("asks", kAsks, "state");
  item.asks = static_cast<Asks>(std::find(kAsks.begin(), kAsks.end(), asks) - kAsks.begin());
  if (item.asks > Asks::moment) item.asks = Asks::state;
  item.required = entry.flag_or("required", true);
  item.norm = item.asks == Asks::state ? entry.text("norm") : entry.text_or("norm", "");
  complain_of_norm(entry, "norm", item.norm);
  read_numbers(entry, item, pack);
  read_choices(entry, item);
  read_hazard(entry, item, pack);
  item.same_as = entry.text_or("same_as", "");
  if (!item.same_as.empty() && item.asks != Asks::state) {
    entry.complain("same_as", "is for items that ask whether something is in order",
                   "leave it out");
  }
  return item;
}

const ChecklistItem* item_named(const Pack& pack, const std::string& name) {
  const auto dot = name.find('.');
  const Checklist* list = pack.checklist(name.substr(0, dot));
  if (!list || dot == std::string::npos) return nullptr;
  const auto found = std::find_if(
      list->items.begin(), list->items.end(),
      [&](const ChecklistItem& each) { return each.id == name.substr(dot + 1); });
  return found == list->items.end() ? nullptr : &*found;
}

}  // namespace

void read_checklist(Entry& file, Pack& pack) {
  Checklist list;
  list.id = file.id();
  for (const Checklist& other : pack.checklists) {
    if (other.id != list.id) continue;
    file.complain("id", "another file has the checklist `" + list.id + "`",
                  "give each checklist its own id");
  }
  list.name = file.words("name");
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

void check_what_items_repeat(Entry& file, Pack& pack) {
  const std::string own = file.text("id");
  const YAML::Node items = file.node("items");
  for (std::size_t place = 0; place < items.size(); ++place) {
    Entry entry(file.source(), items[place], "items." + items[place]["id"].Scalar());
    const std::string name = entry.text_or("same_as", "");
    if (name.empty()) continue;
    const ChecklistItem* other = item_named(pack, name);
    if (other && other->asks == Asks::state && name.substr(0, name.find('.')) != own) continue;
    entry.complain("same_as", "`" + name + "` is no item of another checklist that can be in order",
                   "write CHECKLIST.ITEM");
  }
}

}  // namespace anxiao::pack
