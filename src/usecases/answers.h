// The answer to a checklist: what was found at a point, item by item, with when it happened and
// when it became known. What is not in order becomes a matter at once, through the same use case
// by which anybody opens one, under an id that follows from the answer's: sent again, an answer
// makes nothing new.

#pragma once

#include <boost/describe.hpp>
#include <boost/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "usecases/matters.h"
#include "usecases/office.h"
#include "usecases/tasks.h"

namespace anxiao::usecases {

BOOST_DEFINE_ENUM_CLASS(ItemState, in_order, not_in_order, not_applicable)
BOOST_DEFINE_ENUM_CLASS(Presence, by_hand, qr, position)

struct ItemAnswer {
  std::string item;
  ItemState answer = ItemState::in_order;
  std::optional<std::string> note;
  std::optional<std::vector<std::string>> photos;
  std::optional<bool> mended;
};
BOOST_DESCRIBE_STRUCT(ItemAnswer, (), (item, answer, note, photos, mended))

struct AnswerDuty {
  std::string point;
  std::string happened_at;
  Presence presence = Presence::by_hand;
  std::vector<ItemAnswer> items;
};
BOOST_DESCRIBE_STRUCT(AnswerDuty, (), (point, happened_at, presence, items))

// Where the answer belongs, as the path of the request says.
struct DutyKey {
  std::string duty;
  std::string organisation;
  std::string period;
  std::string id;  // of the answer
};

// An item that is not in order.
struct FoundItem {
  const pack::ChecklistItem* item;
  std::string note;
  std::vector<std::string> photos;
};

struct OpenedMatter {
  std::string id;
  std::string title;
};

// An answer that is taken.
struct AnsweredDuty {
  DutyKey key;
  MatterSite site;
  const pack::Checklist* checklist = nullptr;
  Point point;
  Instant happened_at;
  std::vector<FoundItem> found_items;
  std::vector<OpenedMatter> matters;  // opened because of it
};

struct AnswerGiven {
  boost::json::object answer;
  bool repeated = false;
};

// Refuses `task.unknown_duty` (not of the pack, or not done at that point), `task.other_point` (no
// point of the organisation), `task.wrong_period` (not one of the duty's, or not the one it
// happened in), `task.from_the_future`, `task.unknown_item`, `task.item_twice`,
// `task.items_missing` (wants them), `task.photo_wanted`, `task.note_too_long`, `id.taken`,
// `attachment.incomplete`, and what opening a matter refuses.
Result<AnswerGiven> answer_duty(Transaction& transaction, const Office& office, const DutyKey& key,
                                const AnswerDuty& input);

// Opens what was found; told by the reactions.
Result<void> open_finding(Transaction& transaction, const Office& office, AnsweredDuty& answer,
                          const FoundItem& found_item);

// The id of what an item of an answer opens: the answer's moment, the rest from both.
std::string id_of_finding(std::string_view answer, std::string_view item);

}  // namespace anxiao::usecases
