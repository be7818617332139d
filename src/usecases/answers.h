// An answer to a duty: what was found, item by item, or that it was done; with when it happened and
// when it became known, and how it is known that somebody was there. What is not in order becomes a
// matter at once, through the same use case by which anybody opens one, under an id that follows
// from the answer's: sent again, an answer makes nothing new.
//
// Whoever may answer there may answer for everybody: the record says who did.

#pragma once

#include <boost/describe.hpp>
#include <boost/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "usecases/answer_items.h"
#include "usecases/matters.h"
#include "usecases/office.h"
#include "usecases/tasks.h"

namespace anxiao::usecases {

// Days after the window in which an answer is still taken; a pack that does not say takes it
// always.
inline constexpr const char* kLateDaysTerm = "answer.late_days";

BOOST_DEFINE_ENUM_CLASS(Presence, by_hand, qr, position)

// WGS-84, degrees.
struct Position {
  double latitude = 0, longitude = 0;
  double accuracy_m = 0;
};
BOOST_DESCRIBE_STRUCT(Position, (), (latitude, longitude, accuracy_m))

struct AnswerDuty {
  std::string point;  // empty: the whole organisation
  std::string happened_at;
  Presence presence = Presence::by_hand;
  std::optional<std::string> code;  // with `qr`: what the sheet of the point says
  std::optional<Position> position;
  std::vector<ItemAnswer> items;
  std::optional<std::string> note;
  std::optional<std::vector<std::string>> photos;
  std::optional<bool> at_once;  // everything was ticked with one touch
  std::optional<bool> again;    // enough answers are there, and this is to stand beside them
  std::optional<std::int64_t> clock_corrected_ms;  // what was added to the clock of the phone
};
BOOST_DESCRIBE_STRUCT(AnswerDuty, (),
                      (point, happened_at, presence, code, position, items, note, photos, at_once,
                       again, clock_corrected_ms))

// Where the answer belongs, as the path of the request says.
struct DutyKey {
  std::string duty;
  std::string organisation;
  std::string period;
  std::string id;  // of the answer
};

struct OpenedMatter {
  std::string id;
  std::string title;
  std::string item;
};
BOOST_DESCRIBE_STRUCT(OpenedMatter, (), (id, title, item))

// An answer that is taken.
struct AnsweredDuty {
  DutyKey key;
  MatterSite site;
  const pack::Duty* duty = nullptr;
  const pack::Checklist* checklist = nullptr;  // absent where the duty has none
  Point point;                                 // without an id: the whole organisation
  Instant happened_at;
  std::vector<FoundItem> found_items;
  std::vector<OpenedMatter> matters;  // opened because of it, or opened for the same before
};

// An item that need not be answered, and the answer of the same day that has it in order.
struct FilledFrom {
  std::string item;
  std::string from;
};
BOOST_DESCRIBE_STRUCT(FilledFrom, (), (item, from))

// What else was said.
struct AnswerExtra {
  std::optional<Position> position;
  std::optional<bool> at_once;
  std::optional<bool> again;
  std::optional<std::int64_t> clock_corrected_ms;
  std::optional<std::vector<FilledFrom>> filled;
};
BOOST_DESCRIBE_STRUCT(AnswerExtra, (), (position, at_once, again, clock_corrected_ms, filled))

struct AnswerView {
  std::string id;
  std::string duty;
  std::optional<std::string> checklist;
  Ref organisation;
  std::string period;
  std::optional<Ref> point;
  std::string happened_at, known_at;
  Ref person;
  std::string presence;
  std::vector<ItemAnswer> items;
  std::string note;
  std::vector<std::string> photos;
  AnswerExtra extra;
  std::vector<OpenedMatter> matters;
  std::string state;  // of what was answered, now: open, done, late, missed, excused
};
BOOST_DESCRIBE_STRUCT(AnswerView, (),
                      (id, duty, checklist, organisation, period, point, happened_at, known_at,
                       person, presence, items, note, photos, extra, matters, state))

struct AnswerGiven {
  AnswerView answer;
  bool repeated = false;
};

// Refuses, with `field`: `task.unknown_duty` (not of the pack, or not done at that point),
// `task.other_point`, `task.point_wanted` (it is done at points), `duty.period_…`,
// `task.not_expected` (args.waiver), `task.too_early`, `task.too_late`, `task.from_the_future`,
// `task.already_answered` (conflict; args.person, happened_at, answer), `task.items_missing` (wants
// them), `task.random_photo_wanted` (args.item), `task.code_wrong`, `task.position_wanted`,
// `id.taken`, `attachment.incomplete`, what the items refuse and what opening a matter refuses.
Result<AnswerGiven> answer_duty(Transaction& transaction, const Office& office, const DutyKey& key,
                                const AnswerDuty& input);

// Refuses `not_found`, `authority.forbidden`.
Result<AnswerView> read_answer(Reader& reader, const Office& office, const std::string& id);

// Opens what was found; told by the reactions.
Result<void> open_finding(Transaction& transaction, const Office& office, AnsweredDuty& answer,
                          const FoundItem& found_item);

// The id of what an item of an answer opens: the answer's moment, the rest from both.
std::string id_of_finding(std::string_view answer, std::string_view item);

}  // namespace anxiao::usecases
