#include "usecases/answers.h"

#include <algorithm>
#include <cmath>

#include "base/hash.h"
#include "base/ids.h"
#include "base/json_map.h"
#include "base/text.h"
#include "usecases/attachment_uses.h"
#include "usecases/calendars.h"
#include "usecases/point_codes.h"
#include "usecases/reactions.h"

namespace anxiao::usecases {

namespace {

using pack::Asks;

// What is found by a checklist goes round this loop and comes in by this move.
constexpr const char* kLoop = "hazard";
constexpr const char* kFind = "find";
constexpr const char* kSource = "inspection";
constexpr std::size_t kNoteCharactersMost = 4000;
constexpr std::size_t kNumbersMost = 100;
constexpr std::size_t kNameCharactersMost = 100;
constexpr double kLateDaysOtherwise = 3;

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

bool is_long(const std::string& text) {
  return !is_utf8(text) || length_of(text) > kNoteCharactersMost;
}

bool is_pictured(const ItemAnswer& given) { return given.photos && !given.photos->empty(); }

bool is_hour(const std::string& text) {
  const auto digit = [&](std::size_t at) { return text[at] >= '0' && text[at] <= '9'; };
  return text.size() == 5 && text[2] == ':' && digit(0) && digit(1) && digit(3) && digit(4) &&
         text.substr(0, 2) < "24" && text[3] < '6';
}

// --- the items ---

// Items as they were given, with what they amount to.
class Items {
 public:
  Items(const pack::Checklist& checklist, const AnswerDuty& input)
      : checklist_(checklist), input_(input) {}

  Result<void> check() {
    for (std::size_t index = 0; index < input_.items.size(); ++index) TRY(check_one(index));
    return {};
  }

  // Items that must be answered and are not.
  std::vector<const pack::ChecklistItem*> missing() const {
    std::vector<const pack::ChecklistItem*> out;
    for (const auto& item : checklist_.items)
      if (item.required &&
          std::ranges::find(input_.items, item.id, &ItemAnswer::item) == input_.items.end())
        out.push_back(&item);
    return out;
  }

  // With one touch everything is ticked, and one thing is to be shown.
  Result<void> check_shown(const std::string& answer) const {
    std::vector<std::size_t> ticked;
    for (std::size_t index = 0; index < input_.items.size(); ++index) {
      const auto* item = item_of(checklist_, input_.items[index].item);
      if (item->asks == Asks::state) ticked.push_back(index);
    }
    if (ticked.empty()) return {};
    const auto index = ticked[item_to_show(answer, ticked.size())];
    if (is_pictured(input_.items[index])) return {};
    return refused("task.random_photo_wanted", "one thing that was ticked is to be shown",
                   at_item(index, "photos"), {{"item", input_.items[index].item}});
  }

  std::vector<FoundItem> found_items() const {
    std::vector<FoundItem> found;
    for (std::size_t index = 0; index < input_.items.size(); ++index) {
      const auto& given = input_.items[index];
      if (states_[index] != ItemState::not_in_order) continue;
      const auto* item = item_of(checklist_, given.item);
      if (item->category.empty()) continue;
      found.push_back({.item = item,
                       .note = note_of(given),
                       .photos = given.photos.value_or(std::vector<std::string>{})});
    }
    return found;
  }

  // As they were sent, each with what it amounts to; what was not said stays unsaid.
  json::array written() const {
    json::array out;
    for (std::size_t index = 0; index < input_.items.size(); ++index) {
      auto item = write(input_.items[index]).as_object();
      item["answer"] = boost::describe::enum_to_string(states_[index], "");
      for (auto name :
           {"number", "numbers", "choice", "text", "moment", "note", "photos", "mended"})
        if (item.at(name).is_null()) item.erase(name);
      out.push_back(std::move(item));
    }
    return out;
  }

  json::array not_in_order() const {
    json::array bad;
    for (std::size_t index = 0; index < input_.items.size(); ++index)
      if (states_[index] == ItemState::not_in_order) bad.emplace_back(input_.items[index].item);
    return bad;
  }

 private:
  // A number that is out of order says itself what is wrong.
  static std::string note_of(const ItemAnswer& given) {
    std::string note(trimmed(given.note.value_or("")));
    const auto add = [&](const std::string& text) {
      if (!text.empty()) note += (note.empty() ? "" : "; ") + text;
    };
    if (given.number) add(json::serialize(json::value(*given.number)));
    if (given.numbers)
      for (const auto& each : *given.numbers)
        add(each.name + " " + json::serialize(json::value(each.number)));
    return note;
  }

  Result<void> check_one(std::size_t index) {
    const auto& given = input_.items[index];
    const auto* item = item_of(checklist_, given.item);
    if (!item)
      return refused("task.unknown_item", "the checklist has no such item", at_item(index, "item"),
                     {{"item", given.item}});
    for (std::size_t before = 0; before < index; ++before)
      if (input_.items[before].item == given.item)
        return refused("task.item_twice", "an item is answered once", at_item(index, "item"),
                       {{"item", given.item}});
    if (given.note && is_long(*given.note))
      return refused("task.note_too_long", "the note is too long", at_item(index, "note"),
                     {{"most", kNoteCharactersMost}});
    TRY_LET(state, state_of(index, *item, given));
    states_.push_back(state);
    if (item->photo_wanted && state == ItemState::not_in_order && !is_pictured(given))
      return refused("task.photo_wanted", "what is not in order is to be shown",
                     at_item(index, "photos"), {{"item", given.item}});
    return {};
  }

  static Refusal wanted(std::size_t index, std::string_view member, const std::string& item) {
    return refused("task.value_wanted", "this item asks for a value", at_item(index, member),
                   {{"item", item}});
  }
  static Refusal malformed(std::size_t index, std::string_view member, const std::string& item) {
    return refused("task.value_malformed", "this is no value for the item", at_item(index, member),
                   {{"item", item}});
  }

  static ItemState in_limits(const pack::ChecklistItem& item, double number) {
    const bool fits =
        (!item.least || number >= *item.least) && (!item.most || number <= *item.most);
    return fits ? ItemState::in_order : ItemState::not_in_order;
  }

  static Result<ItemState> state_of(std::size_t index, const pack::ChecklistItem& item,
                                    const ItemAnswer& given) {
    if (given.answer == ItemState::not_applicable) return ItemState::not_applicable;
    switch (item.asks) {
      case Asks::state:
        if (!given.answer) return wanted(index, "answer", item.id);
        return *given.answer;
      case Asks::number:
        if (!given.number) return wanted(index, "number", item.id);
        if (!std::isfinite(*given.number)) return malformed(index, "number", item.id);
        return in_limits(item, *given.number);
      case Asks::numbers:
        return state_of_numbers(index, item, given);
      case Asks::choice: {
        if (!given.choice) return wanted(index, "choice", item.id);
        auto choice = std::ranges::find(item.choices, *given.choice, &pack::ItemChoice::id);
        if (choice == item.choices.end()) return malformed(index, "choice", item.id);
        return choice->wrong ? ItemState::not_in_order : ItemState::in_order;
      }
      case Asks::photo:
        if (!is_pictured(given)) return wanted(index, "photos", item.id);
        return ItemState::in_order;
      case Asks::text:
        if (!given.text || trimmed(*given.text).empty()) return wanted(index, "text", item.id);
        if (is_long(*given.text)) return malformed(index, "text", item.id);
        return ItemState::in_order;
      case Asks::moment:
        if (!given.moment) return wanted(index, "moment", item.id);
        if (!is_hour(*given.moment)) return malformed(index, "moment", item.id);
        return ItemState::in_order;
    }
    return ItemState::in_order;
  }

  static Result<ItemState> state_of_numbers(std::size_t index, const pack::ChecklistItem& item,
                                            const ItemAnswer& given) {
    if (!given.numbers || given.numbers->empty()) return wanted(index, "numbers", item.id);
    if (given.numbers->size() > kNumbersMost) return malformed(index, "numbers", item.id);
    auto state = ItemState::in_order;
    for (const auto& each : *given.numbers) {
      if (trimmed(each.name).empty() || !is_utf8(each.name) ||
          length_of(each.name) > kNameCharactersMost || !std::isfinite(each.number))
        return malformed(index, "numbers", item.id);
      if (in_limits(item, each.number) == ItemState::not_in_order) state = ItemState::not_in_order;
    }
    return state;
  }

  const pack::Checklist& checklist_;
  const AnswerDuty& input_;
  std::vector<ItemState> states_;
};

// --- where it belongs ---

// The organisation, and whether an answer of that id is there already.
struct Ground {
  MatterSite site;
  std::string kind;
  json::object facets;
  Instant since;
  std::optional<std::string> sent_hash;
};

Result<Ground> ground_of(Reader& reader, const DutyKey& key) {
  Ground ground;
  TRY(check_id(key.organisation, "organisation"));
  std::string district(district_of(key.organisation));
  TRY(check_id(key.id, "id", district));
  reader.query(
      "SELECT o.name, o.path, o.kind, o.facets, o.since, a.sent_hash FROM organisations o"
      " LEFT JOIN answers a ON a.district = o.district AND a.id = $1"
      " WHERE o.district = $2 AND o.id = $3 AND o.until IS NULL",
      {key.id, district, key.organisation}, [&](const Row& row) {
        ground.site = {key.organisation, std::string(row.text(0)), std::string(row.text(1))};
        ground.kind = row.text(2);
        ground.facets = object_of(row.text(3));
        ground.since = {row.integer(4)};
        ground.sent_hash = row.maybe_text(5);
      });
  if (ground.site.path.empty()) return not_found("organisations");
  return ground;
}

struct Expected {
  std::shared_ptr<const duties::SchoolCalendar> calendar;
  duties::Occurrence occurrence;
};

// A closure does not undo what was done: it may have been declared afterwards.
Result<Expected> expected_of(Reader& reader, const Office& office, const pack::Duty& duty,
                             const Ground& ground, const DutyKey& key) {
  expect(office.calendars != nullptr, "whoever answers has calendars");
  auto calendar = office.calendars->of(reader, office.pack, ground.kind, ground.site.path);
  const duties::Subject subject{.kind = ground.kind,
                                .facets = ground.facets,
                                .opened = office.zone.day_of(ground.since),
                                .ended = std::nullopt};
  auto occurrence = duties::occurrence_of(duty, subject, *calendar, key.period);
  if (!occurrence) {
    auto refusal = occurrence.error();
    refusal.field = "period";
    return refusal;
  }
  if (occurrence->waived != duties::Waiver::none && occurrence->waived != duties::Waiver::closure)
    return refused("task.not_expected", "this is not to be done in that period", "period",
                   {{"waiver", duties::word_of(occurrence->waived)}, {"period", key.period}});
  return Expected{std::move(calendar), std::move(*occurrence)};
}

Result<Point> point_asked(Reader& reader, const Office& office, const pack::Duty& duty,
                          const Ground& ground, const AnswerDuty& input) {
  const auto lists = [&](const Point& point) {
    return !duty.checklist.empty() &&
           std::ranges::find(point.checklists, duty.checklist) != point.checklists.end();
  };
  if (input.point.empty()) {
    if (!duty.checklist.empty() &&
        std::ranges::any_of(points_of(reader, ground.site.organisation, office.now), lists))
      return refused("task.point_wanted", "this duty is done at points", "point",
                     {{"duty", duty.id}});
    return Point{};
  }
  auto point = point_of(reader, ground.site.organisation, input.point, office.now);
  if (!point) return refused("task.other_point", "the organisation has no such point", "point");
  if (!lists(*point))
    return refused("task.unknown_duty", "this duty is not done at this point", "duty",
                   {{"duty", duty.id}});
  return std::move(*point);
}

double late_days_of(const pack::Pack& pack) {
  const auto term = pack.terms.find(kLateDaysTerm);
  return term == pack.terms.end() ? kLateDaysOtherwise : term->second.value;
}

Result<Instant> moment_of(const Office& office, const duties::Occurrence& occurrence,
                          const duties::SchoolCalendar& calendar, const AnswerDuty& input) {
  auto at = parse_instant(input.happened_at);
  if (!at) {
    auto refusal = at.error();
    refusal.field = "happened_at";
    return refusal;
  }
  if (at->ms > office.now.ms + kClockToleranceMs)
    return refused("task.from_the_future", "nobody answers before it is done", "happened_at",
                   {{"now", office.zone.format(office.now)}});
  const auto begins = calendar.country().start_of(occurrence.first);
  if (*at < begins)
    return refused("task.too_early", "its time had not begun", "happened_at",
                   {{"begins", office.zone.format(begins)}, {"period", occurrence.period}});
  const auto days = late_days_of(office.pack);
  const auto last = occurrence.closes_at.plus_ms(static_cast<std::int64_t>(days * kDayMs));
  if (*at >= last)
    return refused("task.too_late", "its time is long over; it can only be excused", "happened_at",
                   {{"closed", office.zone.format(occurrence.closes_at)},
                    {"days", days},
                    {"period", occurrence.period}});
  return *at;
}

// The answers to the occurrence that are there.
struct Before {
  std::int64_t given = 0;
  std::string id, happened_at;
  Ref person;
  std::vector<OpenedMatter> matters;
};

Before before_of(Reader& reader, const Office& office, const DutyKey& key,
                 const std::string& point) {
  Before before;
  reader.query(
      "SELECT a.id, a.happened_at, a.person, p.name, a.matters FROM answers a"
      " LEFT JOIN people p ON p.district = substr(a.person, 1, 6) AND p.id = a.person"
      " WHERE a.district = $1 AND a.organisation = $2 AND a.period = $3 AND a.duty = $4"
      " AND a.point = $5 ORDER BY a.happened_at, a.id",
      {std::string(district_of(key.organisation)), key.organisation, key.period, key.duty, point},
      [&](const Row& row) {
        if (before.given++ == 0) {
          before.id = row.text(0);
          before.happened_at = office.zone.format({row.integer(1)});
          before.person = {std::string(row.text(2)), std::string(row.text(3))};
        }
        const auto matters = json::parse(row.text(4));
        for (const auto& each : matters.as_array()) {
          const auto& matter = each.as_object();
          before.matters.push_back(
              {text_at(matter, "id"), text_at(matter, "title"), text_at(matter, "item")});
        }
      });
  return before;
}

Result<void> check_presence(Reader& reader, const AnswerDuty& input) {
  if (input.presence == Presence::qr) {
    const auto right = input.point.empty() ? std::string() : code_of_point(reader, input.point);
    if (right.empty() || input.code.value_or("") != right)
      return refused("task.code_wrong", "this is not what the sheet of the point says", "code");
  }
  if (input.presence == Presence::position) {
    const bool fits = input.position && std::abs(input.position->latitude) <= 90 &&
                      std::abs(input.position->longitude) <= 180 && input.position->accuracy_m >= 0;
    if (!fits)
      return refused("task.position_wanted", "where it was is not said, or is no place on earth",
                     "position");
  }
  return {};
}

Result<void> check_photos(Reader& reader, const Office& office, const std::string& district,
                          const AnswerDuty& input) {
  const auto check = [&](const std::optional<std::vector<std::string>>& photos,
                         const std::string& field) -> Result<void> {
    if (photos)
      for (const auto& photo : *photos)
        TRY(check_photo(reader, district, office.actor.district, photo, field));
    return {};
  };
  TRY(check(input.photos, "photos"));
  for (std::size_t index = 0; index < input.items.size(); ++index)
    TRY(check(input.items[index].photos, at_item(index, "photos")));
  return {};
}

json::object extra_of(const AnswerDuty& input, const std::vector<FilledItem>& filled) {
  json::object extra;
  if (input.presence == Presence::position) extra["position"] = write(*input.position);
  if (input.at_once.value_or(false)) extra["at_once"] = true;
  if (input.again.value_or(false)) extra["again"] = true;
  if (input.clock_corrected_ms) extra["clock_corrected_ms"] = *input.clock_corrected_ms;
  if (!filled.empty()) {
    json::array from;
    for (const auto& each : filled) from.push_back({{"item", each.item}, {"from", each.from}});
    extra["filled"] = std::move(from);
  }
  return extra;
}

// --- what is kept ---

struct Taken {
  AnsweredDuty answer;
  json::array items, not_in_order;
  json::object extra;
  std::int64_t given = 0;  // with this one
  std::string sent_hash;
};

void write_answer(Transaction& transaction, const Office& office, const Taken& kept,
                  const AnswerDuty& input) {
  const auto& answer = kept.answer;
  const auto& key = answer.key;
  std::string district(district_of(key.organisation));
  const std::string checklist = answer.checklist ? answer.checklist->id : std::string();
  const std::string presence = boost::describe::enum_to_string(input.presence, "");
  const auto photos = input.photos.value_or(std::vector<std::string>{});
  const std::string note(trimmed(input.note.value_or("")));
  auto matters = write(answer.matters);
  transaction.exec(
      "INSERT INTO answers (district, id, duty, organisation, path, period, point, checklist,"
      " person, presence, happened_at, known_at, items, matters, sent_hash, note, photos, extra)"
      " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)",
      {district, key.id, key.duty, key.organisation, answer.site.path, key.period,
       answer.point.ref.id, checklist, office.actor.person, presence, answer.happened_at.ms,
       office.now.ms, json::serialize(kept.items), json::serialize(matters), kept.sent_hash, note,
       json::serialize(write(photos)), json::serialize(kept.extra)});
  for (const auto& photo : photos) use_attachment(transaction, district, photo, "answers", key.id);
  for (const auto& given : input.items)
    if (given.photos)
      for (const auto& photo : *given.photos)
        use_attachment(transaction, district, photo, "answers", key.id);
  json::object data{{"duty", key.duty},
                    {"checklist", checklist},
                    {"period", key.period},
                    {"point", answer.point.ref.id},
                    {"point_name", answer.point.ref.name},
                    {"presence", presence},
                    {"times", answer.duty->times},
                    {"given", kept.given},
                    {"items", static_cast<std::int64_t>(input.items.size())},
                    {"not_in_order", kept.not_in_order},
                    {"matters", std::move(matters)}};
  for (const auto* name : {"again", "at_once", "clock_corrected_ms"})
    if (const auto* value = kept.extra.if_contains(name)) data[name] = *value;
  transaction.record({.district = district,
                      .organisation = key.organisation,
                      .path = answer.site.path,
                      .holder = {},
                      .kind = "DutyAnswered",
                      .noun = "tasks",
                      .subject = key.id,
                      .actor = office.actor.person,
                      .happened_at = answer.happened_at,
                      .known_at = office.now,
                      .data = std::move(data),
                      .hash = {}});
}

template <class T>
T read_kept(std::string_view text) {
  auto value = read_text<T>(text);
  expect(value.has_value(), "what was kept of an answer can be read again");
  return std::move(*value);
}

struct FoundAnswer {
  AnswerView view;
  std::string path;
};

std::optional<FoundAnswer> find(Reader& reader, const Office& office, const std::string& id) {
  std::optional<FoundAnswer> found;
  reader.query(
      "SELECT a.duty, a.checklist, a.organisation, o.name, a.period, a.point, r.title,"
      " a.happened_at, a.known_at, a.person, p.name, a.presence, a.items, a.note, a.photos,"
      " a.extra, a.matters, a.path FROM answers a"
      " JOIN organisations o ON o.district = a.district AND o.id = a.organisation"
      " LEFT JOIN ledger_rows r ON r.district = a.district AND r.id = a.point"
      " LEFT JOIN people p ON p.district = substr(a.person, 1, 6) AND p.id = a.person"
      " WHERE a.district = $1 AND a.id = $2",
      {std::string(district_of(id)), id}, [&](const Row& row) {
        found.emplace();
        auto& view = found->view;
        view.id = id;
        view.duty = row.text(0);
        if (!row.text(1).empty()) view.checklist = std::string(row.text(1));
        view.organisation = {std::string(row.text(2)), std::string(row.text(3))};
        view.period = row.text(4);
        if (!row.text(5).empty())
          view.point = Ref{std::string(row.text(5)), std::string(row.text(6))};
        view.happened_at = office.zone.format({row.integer(7)});
        view.known_at = office.zone.format({row.integer(8)});
        view.person = {std::string(row.text(9)), std::string(row.text(10))};
        view.presence = row.text(11);
        view.items = read_kept<std::vector<ItemAnswer>>(row.text(12));
        view.note = row.text(13);
        view.photos = read_kept<std::vector<std::string>>(row.text(14));
        view.extra = object_of(row.text(15));
        const auto matters = json::parse(row.text(16));
        for (const auto& each : matters.as_array()) {
          const auto& matter = each.as_object();
          view.matters.push_back(
              {text_at(matter, "id"), text_at(matter, "title"), text_at(matter, "item")});
        }
        found->path = row.text(17);
      });
  return found;
}

AnswerView view_of(const Office& office, const Taken& kept, const AnswerDuty& input) {
  const auto& answer = kept.answer;
  AnswerView view;
  view.id = answer.key.id;
  view.duty = answer.key.duty;
  if (answer.checklist) view.checklist = answer.checklist->id;
  view.organisation = {answer.key.organisation, answer.site.organisation_name};
  view.period = answer.key.period;
  if (!answer.point.ref.id.empty()) view.point = answer.point.ref;
  view.happened_at = office.zone.format(answer.happened_at);
  view.known_at = office.zone.format(office.now);
  view.person = {office.actor.person, office.actor.name};
  view.presence = boost::describe::enum_to_string(input.presence, "");
  view.items = read_kept<std::vector<ItemAnswer>>(json::serialize(kept.items));
  view.note = trimmed(input.note.value_or(""));
  view.photos = input.photos.value_or(std::vector<std::string>{});
  view.extra = kept.extra;
  view.matters = answer.matters;
  return view;
}

// --- what was found ---

// The description where the note is long enough for one, else a note.
void put_note(const pack::Move& move, const std::string& note, json::object& fields) {
  if (note.empty()) return;
  auto description = std::ranges::find(move.fields, "description", &pack::Field::id);
  bool fits = description != move.fields.end() &&
              static_cast<double>(length_of(note)) >= description->least.value_or(0);
  fields[fits ? "description" : "note"] = note;
}

// What is said of a found item, as far as the move takes it.
json::object fields_of(const pack::Move& move, const AnsweredDuty& answer,
                       const FoundItem& found_item) {
  const auto& point = answer.point;
  json::object said{{"title", found_item.item->wrong.zh},
                    {"place", !point.place.empty()      ? point.place
                              : !point.ref.name.empty() ? point.ref.name
                                                        : answer.site.organisation_name},
                    {"category", found_item.item->category},
                    {"level", found_item.item->level},
                    {"point", point.ref.id},
                    {"source", kSource}};
  put_note(move, found_item.note, said);
  json::array photos;
  for (const auto& photo : found_item.photos) photos.emplace_back(photo);
  if (!photos.empty()) said["photos_before"] = std::move(photos);
  json::object fields;
  for (const auto& field : move.fields)
    if (auto* value = said.if_contains(field.id);
        value && !(value->is_string() && value->get_string().empty()))
      fields[field.id] = std::move(*value);
  return fields;
}

// What an earlier answer to the same has opened is not opened twice.
void link_known(const Before& before, AnsweredDuty& answer) {
  std::erase_if(answer.found_items, [&](const FoundItem& found_item) {
    auto known = std::ranges::find(before.matters, found_item.item->id, &OpenedMatter::item);
    if (known == before.matters.end()) return false;
    answer.matters.push_back(*known);
    return true;
  });
}

}  // namespace

std::string id_of_finding(std::string_view answer, std::string_view item) {
  auto bytes = sha256(std::string(answer) + "\n" + std::string(item)).substr(0, 16);
  auto moment = std::string(answer.substr(7, 8)) + std::string(answer.substr(16, 4));
  bytes.replace(0, 6, from_hex(moment));
  bytes[6] = static_cast<char>((static_cast<unsigned char>(bytes[6]) & 0x0f) | 0x70);
  bytes[8] = static_cast<char>((static_cast<unsigned char>(bytes[8]) & 0x3f) | 0x80);
  auto hex = to_hex(bytes);
  std::string id(answer.substr(0, 7));
  for (std::size_t i = 0; i < hex.size(); ++i) {
    if (i == 8 || i == 12 || i == 16 || i == 20) id += '-';
    id += hex[i];
  }
  return id;
}

std::size_t item_to_show(std::string_view answer, std::size_t items) {
  expect(items > 0, "there is something to show");
  return std::stoul(sha256_hex(std::string(answer)).substr(0, 8), nullptr, 16) % items;
}

Result<void> open_finding(Transaction& transaction, const Office& office, AnsweredDuty& answer,
                          const FoundItem& found_item) {
  TRY_LET(chart, chart_of(office.pack, kLoop));
  const auto* move = chart->move(kFind);
  expect(move != nullptr, "the chart has the move by which findings come in");
  auto id = id_of_finding(answer.key.id, found_item.item->id);
  TRY_LET(whole, open_at(transaction, office, *chart, answer.site,
                         {.id = id,
                          .move = move->id,
                          .move_id = id,
                          .sent_hash = sha256_hex(id),
                          .at = answer.happened_at,
                          .fields = fields_of(*move, answer, found_item)}));
  answer.matters.push_back({.id = id, .title = whole.title, .item = found_item.item->id});
  return {};
}

Result<AnswerGiven> answer_duty(Transaction& transaction, const Office& office, const DutyKey& key,
                                const AnswerDuty& input) {
  TRY_LET(ground, ground_of(transaction, key));
  TRY(organisations::may(office.pack, office.actor, "tasks", "answer", {.path = ground.site.path}));
  const auto sent_hash = sent_hash_of(json::object{{"duty", key.duty},
                                                   {"organisation", key.organisation},
                                                   {"period", key.period},
                                                   {"answer", write(input)}});
  if (ground.sent_hash) {
    if (*ground.sent_hash != sent_hash) return id_taken();
    return AnswerGiven{.answer = find(transaction, office, key.id)->view, .repeated = true};
  }
  const auto* duty = office.pack.duty(key.duty);
  if (!duty)
    return refused("task.unknown_duty", "the pack has no such duty", "duty", {{"duty", key.duty}});
  TRY_LET(expected, expected_of(transaction, office, *duty, ground, key));
  TRY_LET(point, point_asked(transaction, office, *duty, ground, input));
  TRY_LET(happened_at, moment_of(office, expected.occurrence, *expected.calendar, input));
  if (input.note && is_long(*input.note))
    return refused("task.note_too_long", "the note is too long", "note",
                   {{"most", kNoteCharactersMost}});

  static const pack::Checklist kNothing;
  const auto* checklist = office.pack.checklist(duty->checklist);
  Items items(checklist ? *checklist : kNothing, input);
  TRY(items.check());
  std::vector<FilledItem> filled;
  if (auto missing = items.missing(); !missing.empty()) {
    filled = filled_items(transaction, office, key.organisation, *expected.calendar, *checklist,
                          office.zone.day_of(happened_at));
    auto refusal = refused("task.items_missing", "every item is to be answered", "items");
    for (const auto* item : missing)
      if (std::ranges::find(filled, item->id, &FilledItem::item) == filled.end())
        refusal.wants.push_back(item->id);
    if (!refusal.wants.empty()) return refusal;
    std::erase_if(filled, [&](const FilledItem& each) {
      return std::ranges::none_of(missing, [&](const auto* item) { return item->id == each.item; });
    });
  }
  if (input.at_once.value_or(false)) TRY(items.check_shown(key.id));
  TRY(check_presence(transaction, input));
  TRY(check_photos(transaction, office, std::string(district_of(key.organisation)), input));

  auto before = before_of(transaction, office, key, point.ref.id);
  if (before.given >= expected.occurrence.times && !input.again.value_or(false))
    return Refusal{.why = Why::conflict,
                   .key = "task.already_answered",
                   .detail = "somebody has answered this already",
                   .args = {{"person", before.person.name},
                            {"happened_at", before.happened_at},
                            {"answer", before.id}}};
  Taken kept{.answer = {.key = key,
                        .site = ground.site,
                        .duty = duty,
                        .checklist = checklist,
                        .point = point,
                        .happened_at = happened_at,
                        .found_items = items.found_items(),
                        .matters = {}},
             .items = items.written(),
             .not_in_order = items.not_in_order(),
             .extra = extra_of(input, filled),
             .given = before.given + 1,
             .sent_hash = sent_hash};
  link_known(before, kept.answer);
  TRY(react(transaction, office, DutyAnswered{kept.answer}));
  write_answer(transaction, office, kept, input);
  return AnswerGiven{.answer = view_of(office, kept, input), .repeated = false};
}

Result<AnswerView> read_answer(Reader& reader, const Office& office, const std::string& id) {
  TRY(check_id(id, "id"));
  auto found = find(reader, office, id);
  if (!found) return not_found("answers");
  TRY(organisations::may(office.pack, office.actor, "tasks", "read", {.path = found->path}));
  return std::move(found->view);
}

}  // namespace anxiao::usecases
