// A field of a ledger row or of a matter, wherever a pack file declares one.

#include "pack/pack_files.h"

namespace anxiao::pack {

namespace {

using Choices = std::vector<std::pair<std::string, Words>>;

const std::vector<std::string> kTypes = {"text",         "long_text", "day",    "moment",  "money",
                                         "integer",      "number",    "choice", "photos",  "person",
                                         "organisation", "flag",      "factor", "identity",
                                         "matter"};

template <class T>
Choices choices_of(const std::vector<T>& all) {
  Choices choices;
  for (const T& one : all) choices.emplace_back(one.id, one.name);
  return choices;
}

Choices categories_of(const Chart& chart) {
  Choices choices;
  for (const std::string& id : chart.categories) {
    const auto words = chart.category_words.find(id);
    choices.emplace_back(id, words == chart.category_words.end() ? Words{} : words->second);
  }
  return choices;
}

Choices rostered_of(const Pack& pack) {
  Choices choices;
  for (const Duty& duty : pack.duties) {
    if (duty.rostered) choices.emplace_back(duty.id, duty.name);
  }
  return choices;
}

// Choices that another part of the pack already lists: posts, checklists, kinds, duties,
// `hazard.categories`, `hazard.levels`.
Choices choices_from(Entry& entry, const std::string& where, const Pack& pack, const Chart* own) {
  if (where == "posts") return choices_of(pack.posts);
  if (where == "checklists") return choices_of(pack.checklists);
  if (where == "kinds") return choices_of(pack.kinds);
  if (where == "duties") return choices_of(pack.duties);
  if (where == "duties.rostered") return rostered_of(pack);
  const auto dot = where.find('.');
  const std::string loop = where.substr(0, dot);
  const std::string list = dot == std::string::npos ? "" : where.substr(dot + 1);
  const Chart* chart = own && own->id == loop ? own : pack.chart(loop);
  if (chart && list == "categories") return categories_of(*chart);
  if (chart && list == "levels") return choices_of(chart->levels);
  if (chart && list == "assessments") return choices_of(chart->assessments);
  entry.complain("choices_from", "`" + where + "` lists nothing",
                 "write posts, checklists, kinds, duties, duties.rostered, or LOOP.categories, "
                 "LOOP.levels, LOOP.assessments");
  return {};
}

void read_choices(Entry& entry, Field& field, const Pack& pack, const Chart* own) {
  std::set<std::string> seen;
  entry.each_if("choices", [&](Entry& choice) {
    const std::string value = choice.text("value");
    if (!seen.insert(value).second) {
      choice.complain("value", "`" + value + "` stands here twice", "give each its own value");
    }
    if (field.type == "factor") choice.number("value");
    field.choices.emplace_back(value, choice.words("name"));
  });
  const std::string where = entry.text_or("choices_from", "");
  if (!where.empty()) field.choices = choices_from(entry, where, pack, own);
  const bool wants = field.type == "choice" || field.type == "factor";
  if (wants && field.choices.empty() && where.empty()) {
    entry.complain("choices", "is missing for a field of type " + field.type,
                   "add `choices:` or `choices_from:`");
  }
  if (!field.choices.empty() && !wants && field.type != "text") {
    entry.complain("choices", "has no meaning for a field of type " + field.type,
                   "leave it out, or make the type `choice`");
  }
}

// What is known of people who are no staff is for few to read and is not kept for ever.
void read_privacy(Entry& entry, Field& field, const Chart* own) {
  field.personal = entry.flag_or("personal", false);
  if (field.personal && own && (own->noun == Chart{}.noun || own->keep.empty())) {
    entry.complain("personal", "is for few to read and is not kept for ever",
                   "give the loop `keep:` and a `noun:` of its own");
  }
  if (field.type != "identity") return;
  if (own) {
    entry.complain("type", "a loop keeps nobody's papers", "keep them in a ledger of their own");
  } else if (!field.personal) {
    entry.complain("type", "somebody's papers are personal", "add `personal: true`");
  }
}

}  // namespace

Field read_field(Entry& entry, std::set<std::string>& seen, const Pack& pack, const Chart* own) {
  Field field;
  field.id = entry.unique_id(seen);
  field.name = entry.words("name");
  field.hint = entry.words_if("hint");
  field.type = entry.one_of("type", kTypes);
  read_privacy(entry, field, own);
  field.required = entry.flag_or("required", false);
  field.least = entry.number_if("least");
  field.most = entry.number_if("most");
  if (field.least && field.most && *field.most < *field.least) {
    entry.complain("most", "is below `least`", "let `most` be the larger one");
  }
  field.why = entry.words_if("why");
  field.kinds = kinds_named(entry, "kinds", pack);
  if (!field.kinds.empty() && field.type != "organisation") {
    entry.complain("kinds", "has no meaning for a field of type " + field.type,
                   "leave it out, or make the type `organisation`");
  }
  if (field.type == "matter") {
    field.loop = entry.text("loop");
  } else if (entry.has("loop")) {
    entry.complain("loop", "has no meaning for a field of type " + field.type,
                   "leave it out, or make the type `matter`");
  }
  read_choices(entry, field, pack, own);
  return field;
}

}  // namespace anxiao::pack
