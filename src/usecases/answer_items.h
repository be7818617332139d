// The items of a checklist as somebody answered them: whether each value fits what is asked for,
// what it amounts to, and which of them opens a hazard. Nothing here reads a store: what is already
// answered elsewhere, and whether photographs are there, is for whoever takes the answer.

#pragma once

#include <boost/describe.hpp>
#include <boost/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "pack/pack.h"

namespace anxiao::usecases {

inline constexpr std::size_t kAnswerNoteCharactersMost = 4000;
inline constexpr std::size_t kAnswerNumbersMost = 100;
inline constexpr std::size_t kAnswerNameCharactersMost = 100;

BOOST_DEFINE_ENUM_CLASS(ItemState, in_order, not_in_order, not_applicable)

struct NamedNumber {
  std::string name;
  double number = 0;
};
BOOST_DESCRIBE_STRUCT(NamedNumber, (), (name, number))

// Which of the values is given follows from what the item asks for; `answer` then says whether
// that is in order and need not be sent, but `not_applicable` may be.
struct ItemAnswer {
  std::string item;
  std::optional<ItemState> answer;
  std::optional<double> number;
  std::optional<std::vector<NamedNumber>> numbers;
  std::optional<std::string> choice;
  std::optional<std::string> text;
  std::optional<std::string> moment;  // `07:30`
  std::optional<std::string> note;
  std::optional<std::vector<std::string>> photos;
  std::optional<bool> mended;
};
BOOST_DESCRIBE_STRUCT(ItemAnswer, (),
                      (item, answer, number, numbers, choice, text, moment, note, photos, mended))

// An item that is not in order and opens a hazard.
struct FoundItem {
  const pack::ChecklistItem* item;
  std::string note;  // what was said, and the values that are wrong
  std::vector<std::string> photos;
};

struct JudgedItems {
  std::vector<ItemAnswer> items;  // as they were sent, each with what it amounts to
  std::vector<FoundItem> found;
  std::vector<std::string> not_in_order;
  std::vector<std::string> missing;  // must be answered and are not
};

// Refuses `task.unknown_item`, `task.item_twice`, `task.value_wanted`, `task.value_malformed`
// (args.item), `task.photo_wanted`, `task.photos_many`, `task.note_too_long`; the field says which.
Result<JudgedItems> judge_items(const pack::Checklist& checklist,
                                const std::vector<ItemAnswer>& given);

// Which of so many items somebody who ticked all with one touch is to show: it follows from the
// answer's id, so that phone and server agree and nobody chooses it.
std::size_t item_to_show(std::string_view answer, std::size_t items);

// Refuses `task.random_photo_wanted` where that one, of those whose state was ticked, has none.
Result<void> check_shown(const pack::Checklist& checklist, const std::vector<ItemAnswer>& given,
                         std::string_view answer);

// As they are kept: what was not said stays unsaid.
boost::json::array json_of_items(const std::vector<ItemAnswer>& items);

Result<void> check_note(const std::optional<std::string>& note, const std::string& field);
Result<void> check_photo_count(const std::optional<std::vector<std::string>>& photos,
                               const std::string& field);

}  // namespace anxiao::usecases
