#include "usecases/answer_items.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <set>

#include "base/hash.h"
#include "base/json_map.h"
#include "base/text.h"
#include "domain/facts/fields.h"

namespace anxiao::usecases {

namespace {

using pack::Asks;

Refusal refused(std::string key, std::string detail, std::string field, json::object args = {}) {
  return {.why = Why::refused,
          .key = std::move(key),
          .detail = std::move(detail),
          .field = std::move(field),
          .args = std::move(args)};
}

std::string at_item(std::size_t index, std::string_view member) {
  return "items[" + std::to_string(index) + "]." + std::string(member);
}

const pack::ChecklistItem* item_of(const pack::Checklist& checklist, const std::string& id) {
  auto found = std::ranges::find(checklist.items, id, &pack::ChecklistItem::id);
  return found == checklist.items.end() ? nullptr : &*found;
}

bool is_text(const std::string& text, std::size_t most) {
  return is_utf8(text) && length_of(text) <= most;
}

bool is_pictured(const ItemAnswer& given) { return given.photos && !given.photos->empty(); }

bool is_hour(const std::string& text) {
  const auto digit = [&](std::size_t at) { return text[at] >= '0' && text[at] <= '9'; };
  return text.size() == 5 && text[2] == ':' && digit(0) && digit(1) && digit(3) && digit(4) &&
         text.substr(0, 2) < "24" && text[3] < '6';
}

bool in_limits(const pack::ChecklistItem& item, double number) {
  return (!item.least || number >= *item.least) && (!item.most || number <= *item.most);
}

ItemState in_order_where(bool fits) { return fits ? ItemState::in_order : ItemState::not_in_order; }

// One item with what was given for it.
class Judge {
 public:
  Judge(const pack::ChecklistItem& item, const ItemAnswer& given, std::size_t index)
      : item_(item), given_(given), index_(index) {}

  Result<ItemState> state() const {
    if (given_.answer == ItemState::not_applicable) return ItemState::not_applicable;
    switch (item_.asks) {
      case Asks::state:
        if (!given_.answer) return wanted("answer");
        return *given_.answer;
      case Asks::number:
        if (!given_.number) return wanted("number");
        if (!std::isfinite(*given_.number)) return malformed("number");
        return in_order_where(in_limits(item_, *given_.number));
      case Asks::numbers:
        return state_of_numbers();
      case Asks::choice:
        return state_of_choice();
      case Asks::photo:
        if (!is_pictured(given_)) return wanted("photos");
        return ItemState::in_order;
      case Asks::text:
        if (!given_.text || trimmed(*given_.text).empty()) return wanted("text");
        if (!is_text(*given_.text, kAnswerNoteCharactersMost)) return malformed("text");
        return ItemState::in_order;
      case Asks::moment:
        if (!given_.moment) return wanted("moment");
        if (!is_hour(*given_.moment)) return malformed("moment");
        return ItemState::in_order;
    }
    return ItemState::in_order;
  }

  // A value that is wrong says itself what is.
  std::string note() const {
    std::string note(trimmed(given_.note.value_or("")));
    const auto add = [&](const std::string& text) {
      if (!text.empty()) note += (note.empty() ? "" : "; ") + text;
    };
    if (item_.asks == Asks::number && given_.number) add(text_of(*given_.number));
    if (item_.asks == Asks::numbers && given_.numbers)
      for (const auto& each : *given_.numbers)
        if (!in_limits(item_, each.number))
          add(std::string(trimmed(each.name)) + " " + text_of(each.number));
    if (item_.asks == Asks::choice && given_.choice)
      for (const auto& each : item_.choices)
        if (each.id == *given_.choice) add(each.name.zh);
    return note;
  }

 private:
  Refusal wanted(std::string_view member) const {
    return refused("task.value_wanted", "this item asks for a value", at_item(index_, member),
                   {{"item", item_.id}});
  }
  Refusal malformed(std::string_view member) const {
    return refused("task.value_malformed", "this is no value for the item", at_item(index_, member),
                   {{"item", item_.id}});
  }

  std::string text_of(double number) const {
    char digits[32];
    const std::string text(digits, std::to_chars(digits, digits + sizeof digits, number).ptr);
    return item_.unit.zh.empty() ? text : text + " " + item_.unit.zh;
  }

  Result<ItemState> state_of_numbers() const {
    if (!given_.numbers || given_.numbers->empty()) return wanted("numbers");
    if (given_.numbers->size() > kAnswerNumbersMost) return malformed("numbers");
    bool fits = true;
    std::set<std::string_view> names;
    for (const auto& each : *given_.numbers) {
      const auto name = trimmed(each.name);
      if (name.empty() || !is_text(each.name, kAnswerNameCharactersMost) ||
          !std::isfinite(each.number) || !names.insert(name).second)
        return malformed("numbers");
      fits = fits && in_limits(item_, each.number);
    }
    return in_order_where(fits);
  }

  Result<ItemState> state_of_choice() const {
    if (!given_.choice) return wanted("choice");
    const auto choice = std::ranges::find(item_.choices, *given_.choice, &pack::ItemChoice::id);
    if (choice == item_.choices.end()) return malformed("choice");
    return in_order_where(!choice->wrong);
  }

  const pack::ChecklistItem& item_;
  const ItemAnswer& given_;
  const std::size_t index_;
};

Result<void> judge_one(const pack::Checklist& checklist, const ItemAnswer& given, std::size_t index,
                       JudgedItems& judged) {
  const auto* item = item_of(checklist, given.item);
  if (!item)
    return refused("task.unknown_item", "the checklist has no such item", at_item(index, "item"),
                   {{"item", given.item}});
  if (std::ranges::find(judged.items, given.item, &ItemAnswer::item) != judged.items.end())
    return refused("task.item_twice", "an item is answered once", at_item(index, "item"),
                   {{"item", given.item}});
  TRY(check_note(given.note, at_item(index, "note")));
  TRY(check_photo_count(given.photos, at_item(index, "photos")));
  const Judge judge(*item, given, index);
  TRY_LET(state, judge.state());
  judged.items.push_back(given);
  judged.items.back().answer = state;
  if (state != ItemState::not_in_order) return {};
  if (item->photo_wanted && !is_pictured(given))
    return refused("task.photo_wanted", "what is not in order is to be shown",
                   at_item(index, "photos"), {{"item", given.item}});
  judged.not_in_order.push_back(item->id);
  if (!item->category.empty())
    judged.found.push_back({.item = item,
                            .note = judge.note(),
                            .photos = given.photos.value_or(std::vector<std::string>{})});
  return {};
}

}  // namespace

Result<JudgedItems> judge_items(const pack::Checklist& checklist,
                                const std::vector<ItemAnswer>& given) {
  JudgedItems judged;
  judged.items.reserve(given.size());
  for (std::size_t index = 0; index < given.size(); ++index)
    TRY(judge_one(checklist, given[index], index, judged));
  for (const auto& item : checklist.items)
    if (item.required && std::ranges::find(given, item.id, &ItemAnswer::item) == given.end())
      judged.missing.push_back(item.id);
  return judged;
}

std::size_t item_to_show(std::string_view answer, std::size_t items) {
  expect(items > 0, "there is something to show");
  return std::stoul(sha256_hex(answer).substr(0, 8), nullptr, 16) % items;
}

Result<void> check_shown(const pack::Checklist& checklist, const std::vector<ItemAnswer>& given,
                         std::string_view answer) {
  std::vector<std::size_t> ticked;
  for (std::size_t index = 0; index < given.size(); ++index)
    if (const auto* item = item_of(checklist, given[index].item); item && item->asks == Asks::state)
      ticked.push_back(index);
  if (ticked.empty()) return {};
  const auto index = ticked[item_to_show(answer, ticked.size())];
  if (is_pictured(given[index])) return {};
  return refused("task.random_photo_wanted", "one thing that was ticked is to be shown",
                 at_item(index, "photos"), {{"item", given[index].item}});
}

json::array json_of_items(const std::vector<ItemAnswer>& items) {
  json::array out;
  out.reserve(items.size());
  for (const auto& each : items) {
    json::object item;
    using Members = boost::describe::describe_members<ItemAnswer, boost::describe::mod_public>;
    boost::mp11::mp_for_each<Members>([&](auto member) {
      auto value = write(each.*member.pointer);
      if (!value.is_null()) item[member.name] = std::move(value);
    });
    out.push_back(std::move(item));
  }
  return out;
}

Result<void> check_note(const std::optional<std::string>& note, const std::string& field) {
  if (!note || is_text(*note, kAnswerNoteCharactersMost)) return {};
  return refused("task.note_too_long", "the note is too long", field,
                 {{"most", kAnswerNoteCharactersMost}});
}

Result<void> check_photo_count(const std::optional<std::vector<std::string>>& photos,
                               const std::string& field) {
  if (!photos || photos->size() <= facts::kPhotosMost) return {};
  return refused("task.photos_many", "there are too many photographs", field,
                 {{"most", facts::kPhotosMost}});
}

}  // namespace anxiao::usecases
