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

// What is found by a checklist goes round this loop and comes in by this move.
constexpr const char* kLoop = "hazard";
constexpr const char* kFind = "find";
constexpr const char* kSource = "inspection";
constexpr const char* kApproved = "approved";

Refusal refused(std::string key, std::string detail, std::string field, json::object args = {}) {
  return {.why = Why::refused,
          .key = std::move(key),
          .detail = std::move(detail),
          .field = std::move(field),
          .args = std::move(args)};
}

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

std::shared_ptr<const duties::SchoolCalendar> calendar_of(Reader& reader, const Office& office,
                                                          const Ground& ground) {
  expect(office.calendars != nullptr, "whoever asks about answers has calendars");
  return office.calendars->of(reader, office.pack, ground.kind, ground.site.path);
}

// On the first, broken day nothing is expected, and what is done all the same is taken.
Result<duties::Occurrence> occurrence_at(const Office& office, const pack::Duty& duty,
                                         const Ground& ground,
                                         const duties::SchoolCalendar& calendar,
                                         const std::string& period) {
  const duties::Subject subject{.kind = ground.kind,
                                .facets = ground.facets,
                                .opened = office.zone.day_of(ground.since),
                                .ended = std::nullopt};
  return duties::occurrence_of(duty, subject, calendar, period);
}

// A closure does not undo what was done: it may have been declared afterwards.
Result<Expected> expected_of(Reader& reader, const Office& office, const pack::Duty& duty,
                             const Ground& ground, const DutyKey& key) {
  auto calendar = calendar_of(reader, office, ground);
  auto occurrence = occurrence_at(office, duty, ground, *calendar, key.period);
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

// As the points were listed when it happened: a point that went from the list since was there.
Result<Point> point_asked(Reader& reader, const pack::Duty& duty, const Ground& ground,
                          const AnswerDuty& input, Instant happened_at) {
  const auto lists = [&](const Point& point) {
    return !duty.checklist.empty() &&
           std::ranges::find(point.checklists, duty.checklist) != point.checklists.end();
  };
  if (input.point.empty()) {
    if (!duty.checklist.empty() &&
        std::ranges::any_of(points_of(reader, ground.site.organisation, happened_at), lists))
      return refused("task.point_wanted", "this duty is done at points", "point",
                     {{"duty", duty.id}});
    return Point{};
  }
  auto point = point_of(reader, ground.site.organisation, input.point, happened_at);
  if (!point) return refused("task.other_point", "the organisation has no such point", "point");
  if (!lists(*point))
    return refused("task.unknown_duty", "this duty is not done at this point", "duty",
                   {{"duty", duty.id}});
  return std::move(*point);
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
  const auto late = office.pack.terms.find(kLateDaysTerm);
  if (late == office.pack.terms.end()) return *at;
  const auto days = late->second.value;
  if (*at >= occurrence.closes_at.plus_ms(static_cast<std::int64_t>(days * kDayMs)))
    return refused("task.too_late", "its time is long over; it can only be excused", "happened_at",
                   {{"closed", office.zone.format(occurrence.closes_at)},
                    {"days", days},
                    {"period", occurrence.period}});
  return *at;
}

std::vector<OpenedMatter> matters_in(std::string_view text) {
  std::vector<OpenedMatter> matters;
  const auto kept = json::parse(text);
  for (const auto& each : kept.as_array()) {
    const auto& matter = each.as_object();
    matters.push_back({text_at(matter, "id"), text_at(matter, "title"), text_at(matter, "item")});
  }
  return matters;
}

// The answers to the occurrence that are there.
struct Before {
  std::vector<duties::Given> given;
  std::string id, happened_at;  // of the first
  Ref person;
  std::vector<OpenedMatter> matters;
};

Before before_of(Reader& reader, const Office& office, const DutyKey& key,
                 const std::string& point) {
  Before before;
  reader.query(
      "SELECT a.id, a.happened_at, a.known_at, a.person, p.name, a.matters FROM answers a"
      " LEFT JOIN people p ON p.district = substr(a.person, 1, 6) AND p.id = a.person"
      " WHERE a.district = $1 AND a.organisation = $2 AND a.period = $3 AND a.duty = $4"
      " AND a.point = $5 ORDER BY a.happened_at, a.id",
      {std::string(district_of(key.organisation)), key.organisation, key.period, key.duty, point},
      [&](const Row& row) {
        const duties::Given given{.happened_at = {row.integer(1)}, .known_at = {row.integer(2)}};
        if (before.given.empty()) {
          before.id = row.text(0);
          before.happened_at = office.zone.format(given.happened_at);
          before.person = {std::string(row.text(3)), std::string(row.text(4))};
        }
        before.given.push_back(given);
        std::ranges::move(matters_in(row.text(5)), std::back_inserter(before.matters));
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
    TRY(check(input.items[index].photos, "items[" + std::to_string(index) + "].photos"));
  return {};
}

// What is answered already by other answers of the day is not asked again; what is neither there
// nor here is missing.
Result<std::vector<FilledFrom>> filled_from(Reader& reader, const Office& office,
                                            const DutyKey& key, const Expected& expected,
                                            const pack::Checklist& checklist,
                                            const JudgedItems& judged, Instant happened_at) {
  const auto is_left_out = [&](const std::string& item) {
    return std::ranges::find(judged.items, item, &ItemAnswer::item) == judged.items.end();
  };
  std::vector<FilledFrom> filled;
  if (std::ranges::any_of(checklist.items, [&](const pack::ChecklistItem& item) {
        return !item.same_as.empty() && is_left_out(item.id);
      }))
    for (auto& each : filled_items(reader, office, key.organisation, *expected.calendar, checklist,
                                   office.zone.day_of(happened_at)))
      if (is_left_out(each.item)) filled.push_back({std::move(each.item), std::move(each.from)});
  auto refusal = refused("task.items_missing", "every item is to be answered", "items");
  for (const auto& item : judged.missing)
    if (std::ranges::find(filled, item, &FilledFrom::item) == filled.end())
      refusal.wants.push_back(item);
  if (!refusal.wants.empty()) return refusal;
  return filled;
}

AnswerExtra extra_of(const AnswerDuty& input, std::vector<FilledFrom> filled) {
  AnswerExtra extra;
  if (input.presence == Presence::position) extra.position = input.position;
  if (input.at_once.value_or(false)) extra.at_once = true;
  if (input.again.value_or(false)) extra.again = true;
  extra.clock_corrected_ms = input.clock_corrected_ms;
  if (!filled.empty()) extra.filled = std::move(filled);
  return extra;
}

json::object without_nulls(json::object object) {
  std::vector<std::string> absent;
  for (const auto& each : object)
    if (each.value().is_null()) absent.emplace_back(each.key());
  for (const auto& key : absent) object.erase(key);
  return object;
}

// --- what is kept ---

struct Taken {
  AnsweredDuty answer;
  std::vector<ItemAnswer> items;
  std::vector<std::string> not_in_order;
  AnswerExtra extra;
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
  const auto extra = without_nulls(write(kept.extra).as_object());
  transaction.exec(
      "INSERT INTO answers (district, id, duty, organisation, path, period, point, checklist,"
      " person, presence, happened_at, known_at, items, matters, sent_hash, note, photos, extra)"
      " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)",
      {district, key.id, key.duty, key.organisation, answer.site.path, key.period,
       answer.point.ref.id, checklist, office.actor.person, presence, answer.happened_at.ms,
       office.now.ms, json::serialize(json_of_items(kept.items)), json::serialize(matters),
       kept.sent_hash, note, json::serialize(write(photos)), json::serialize(extra)});
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
                    {"not_in_order", write(kept.not_in_order)},
                    {"matters", std::move(matters)}};
  for (const auto* name : {"again", "at_once", "clock_corrected_ms"})
    if (const auto* value = extra.if_contains(name)) data[name] = *value;
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
  Ground ground;
};

std::optional<FoundAnswer> find(Reader& reader, const Office& office, const std::string& id) {
  std::optional<FoundAnswer> found;
  reader.query(
      "SELECT a.duty, a.checklist, a.organisation, o.name, a.period, a.point, r.title,"
      " a.happened_at, a.known_at, a.person, p.name, a.presence, a.items, a.note, a.photos,"
      " a.extra, a.matters, o.path, o.kind, o.facets, o.since FROM answers a"
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
        view.extra = read_kept<AnswerExtra>(row.text(15));
        view.matters = matters_in(row.text(16));
        found->ground.site = {view.organisation.id, view.organisation.name,
                              std::string(row.text(17))};
        found->ground.kind = row.text(18);
        found->ground.facets = object_of(row.text(19));
        found->ground.since = {row.integer(20)};
      });
  return found;
}

// What became of an occurrence with these answers; an excuse counts only where there is not enough.
std::string state_of(Reader& reader, const Office& office, const DutyKey& key,
                     const std::string& point, const duties::Occurrence& occurrence,
                     const std::vector<duties::Given>& given) {
  auto outcome = duties::outcome_of(occurrence, given, false, office.now);
  if (outcome.state != duties::State::done && outcome.state != duties::State::excused) {
    const auto excuse = excuse_of(
        reader,
        {.duty = key.duty, .organisation = key.organisation, .period = key.period, .point = point});
    if (excuse && excuse->state == kApproved)
      outcome = duties::outcome_of(occurrence, given, true, office.now);
  }
  return duties::word_of(outcome.state);
}

// With its state. Of a duty that the pack has no longer, only that it was done is known.
AnswerView whole(Reader& reader, const Office& office, FoundAnswer found) {
  auto& view = found.view;
  view.state = duties::word_of(duties::State::done);
  const DutyKey key{view.duty, view.organisation.id, view.period, view.id};
  const auto point = view.point ? view.point->id : std::string();
  if (const auto* duty = office.pack.duty(view.duty)) {
    const auto calendar = calendar_of(reader, office, found.ground);
    if (const auto occurrence = occurrence_at(office, *duty, found.ground, *calendar, view.period))
      view.state = state_of(reader, office, key, point, *occurrence,
                            before_of(reader, office, key, point).given);
  }
  return std::move(view);
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
  view.items = kept.items;
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

bool is_open(Reader& reader, const std::string& matter) {
  bool open = false;
  reader.query("SELECT open FROM matters WHERE district = $1 AND id = $2",
               {std::string(district_of(matter)), matter},
               [&](const Row& row) { open = row.flag(0); });
  return open;
}

// What an earlier answer to the same has opened is not opened twice while it is open.
void link_known(Reader& reader, const Before& before, AnsweredDuty& answer) {
  std::erase_if(answer.found_items, [&](const FoundItem& found_item) {
    const auto known = std::ranges::find_if(before.matters, [&](const OpenedMatter& each) {
      return each.item == found_item.item->id && is_open(reader, each.id);
    });
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
    return AnswerGiven{.answer = whole(transaction, office, *find(transaction, office, key.id)),
                       .repeated = true};
  }
  const auto* duty = office.pack.duty(key.duty);
  if (!duty)
    return refused("task.unknown_duty", "the pack has no such duty", "duty", {{"duty", key.duty}});
  TRY_LET(expected, expected_of(transaction, office, *duty, ground, key));
  TRY_LET(happened_at, moment_of(office, expected.occurrence, *expected.calendar, input));
  TRY_LET(point, point_asked(transaction, *duty, ground, input, std::min(happened_at, office.now)));
  TRY(check_note(input.note, "note"));
  TRY(check_photo_count(input.photos, "photos"));

  static const pack::Checklist kNothing;
  const auto* listed = office.pack.checklist(duty->checklist);
  const auto& checklist = listed ? *listed : kNothing;
  TRY_LET(judged, judge_items(checklist, input.items));
  TRY_LET(filled, filled_from(transaction, office, key, expected, checklist, judged, happened_at));
  if (input.at_once.value_or(false)) TRY(check_shown(checklist, input.items, key.id));
  TRY(check_presence(transaction, input));
  TRY(check_photos(transaction, office, std::string(district_of(key.organisation)), input));

  auto before = before_of(transaction, office, key, point.ref.id);
  if (std::ssize(before.given) >= expected.occurrence.times && !input.again.value_or(false))
    return Refusal{.why = Why::conflict,
                   .key = "task.already_answered",
                   .detail = "somebody has answered this already",
                   .args = {{"person", before.person.name},
                            {"happened_at", before.happened_at},
                            {"answer", before.id}}};
  Taken kept{.answer = {.key = key,
                        .site = ground.site,
                        .duty = duty,
                        .checklist = listed,
                        .point = point,
                        .happened_at = happened_at,
                        .found_items = std::move(judged.found),
                        .matters = {}},
             .items = std::move(judged.items),
             .not_in_order = std::move(judged.not_in_order),
             .extra = extra_of(input, std::move(filled)),
             .given = std::ssize(before.given) + 1,
             .sent_hash = sent_hash};
  link_known(transaction, before, kept.answer);
  TRY(react(transaction, office, DutyAnswered{kept.answer}));
  write_answer(transaction, office, kept, input);
  AnswerGiven given{.answer = view_of(office, kept, input), .repeated = false};
  before.given.push_back({happened_at, office.now});
  given.answer.state =
      state_of(transaction, office, key, point.ref.id, expected.occurrence, before.given);
  return given;
}

Result<AnswerView> read_answer(Reader& reader, const Office& office, const std::string& id) {
  TRY(check_id(id, "id"));
  auto found = find(reader, office, id);
  if (!found) return not_found("answers");
  TRY(organisations::may(office.pack, office.actor, "tasks", "read",
                         {.path = found->ground.site.path}));
  return whole(reader, office, std::move(*found));
}

}  // namespace anxiao::usecases
