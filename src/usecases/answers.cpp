#include "usecases/answers.h"

#include <algorithm>

#include "base/hash.h"
#include "base/ids.h"
#include "base/json_map.h"
#include "base/text.h"
#include "usecases/attachment_uses.h"
#include "usecases/reactions.h"

namespace anxiao::usecases {

namespace {

// What is found by a checklist goes round this loop and comes in by this move.
constexpr const char* kLoop = "hazard";
constexpr const char* kFind = "find";
constexpr const char* kSource = "inspection";
constexpr std::size_t kNoteCharactersMost = 4000;

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

Result<void> check_item(const pack::Checklist& checklist, const AnswerDuty& input,
                        std::size_t index) {
  const auto& given = input.items[index];
  const auto* item = item_of(checklist, given.item);
  if (!item)
    return refused("task.unknown_item", "the checklist has no such item", at_item(index, "item"),
                   {{"item", given.item}});
  for (std::size_t before = 0; before < index; ++before)
    if (input.items[before].item == given.item)
      return refused("task.item_twice", "an item is answered once", at_item(index, "item"),
                     {{"item", given.item}});
  if (given.note && (!is_utf8(*given.note) || length_of(*given.note) > kNoteCharactersMost))
    return refused("task.note_too_long", "the note is too long", at_item(index, "note"),
                   {{"most", kNoteCharactersMost}});
  bool pictured = given.photos && !given.photos->empty();
  if (item->photo_wanted && given.answer == ItemState::not_in_order && !pictured)
    return refused("task.photo_wanted", "what is not in order is to be shown",
                   at_item(index, "photos"), {{"item", given.item}});
  return {};
}

Result<void> check_items(const pack::Checklist& checklist, const AnswerDuty& input) {
  for (std::size_t index = 0; index < input.items.size(); ++index)
    TRY(check_item(checklist, input, index));
  auto missing = refused("task.items_missing", "every item is to be answered", "items");
  for (const auto& item : checklist.items)
    if (std::ranges::find(input.items, item.id, &ItemAnswer::item) == input.items.end())
      missing.wants.push_back(item.id);
  if (!missing.wants.empty()) return missing;
  return {};
}

Result<void> check_photos(Reader& reader, const Office& office, const std::string& district,
                          const AnswerDuty& input) {
  for (std::size_t index = 0; index < input.items.size(); ++index)
    if (const auto& photos = input.items[index].photos)
      for (const auto& photo : *photos)
        TRY(check_photo(reader, district, office.actor.district, photo, at_item(index, "photos")));
  return {};
}

// The organisation, and the answer that is there already.
struct Ground {
  MatterSite site;
  std::string kind;
  std::optional<std::string> sent_hash;
  std::string matters;
  Instant happened_at;
  Instant known_at;
  Ref person;
};

Result<Ground> ground_of(Reader& reader, const DutyKey& key) {
  Ground ground;
  TRY(check_id(key.organisation, "organisation"));
  std::string district(district_of(key.organisation));
  TRY(check_id(key.id, "id", district));
  reader.query(
      "SELECT o.name, o.path, o.kind, a.sent_hash, a.matters, a.happened_at, a.known_at, a.person,"
      " p.name FROM organisations o"
      " LEFT JOIN answers a ON a.district = o.district AND a.id = $1"
      " LEFT JOIN people p ON p.district = substr(a.person, 1, 6) AND p.id = a.person"
      " WHERE o.district = $2 AND o.id = $3 AND o.until IS NULL",
      {key.id, district, key.organisation}, [&](const Row& row) {
        ground.site = {key.organisation, std::string(row.text(0)), std::string(row.text(1))};
        ground.kind = row.text(2);
        ground.sent_hash = row.maybe_text(3);
        if (!ground.sent_hash) return;
        ground.matters = row.text(4);
        ground.happened_at = {row.integer(5)};
        ground.known_at = {row.integer(6)};
        ground.person = {std::string(row.text(7)), row.maybe_text(8).value_or("")};
      });
  if (ground.site.path.empty()) return not_found("organisations");
  return ground;
}

// As they were sent: what was not said stays unsaid.
json::array items_json(const AnswerDuty& input) {
  json::array out;
  for (const auto& given : input.items) {
    auto item = write(given).as_object();
    for (auto name : {"note", "photos", "mended"})
      if (item.at(name).is_null()) item.erase(name);
    out.push_back(std::move(item));
  }
  return out;
}

json::array json_of_matters(const std::vector<OpenedMatter>& matters) {
  json::array out;
  for (const auto& matter : matters) out.push_back({{"id", matter.id}, {"title", matter.title}});
  return out;
}

json::object answer_json(const Office& office, const DutyKey& key, const Ground& ground,
                         const Ref& point, json::array matters, json::value items) {
  return {{"id", key.id},
          {"duty", key.duty},
          {"organisation",
           json::object{{"id", key.organisation}, {"name", ground.site.organisation_name}}},
          {"period", key.period},
          {"point", json::object{{"id", point.id}, {"name", point.name}}},
          {"happened_at", office.zone.format(ground.happened_at)},
          {"known_at", office.zone.format(ground.known_at)},
          {"person", json::object{{"id", ground.person.id}, {"name", ground.person.name}}},
          {"matters", std::move(matters)},
          {"items", std::move(items)}};
}

// The checklist of that duty which is done at the point.
Result<const pack::Checklist*> checklist_at(const Office& office, const std::string& duty,
                                            const std::string& kind, const Point& point) {
  for (const auto& checklist : office.pack.checklists)
    if (checklist.duty == duty && is_for(office.pack, checklist, kind) &&
        std::ranges::find(point.checklists, checklist.id) != point.checklists.end())
      return &checklist;
  return refused("task.unknown_duty", "this duty is not done at this point", "duty",
                 {{"duty", duty}});
}

Result<Instant> moment_of(const Office& office, const pack::Checklist& checklist,
                          const DutyKey& key, const AnswerDuty& input) {
  auto at = parse_instant(input.happened_at);
  if (!at) {
    auto refusal = at.error();
    refusal.field = "happened_at";
    return refusal;
  }
  if (at->ms > office.now.ms + kClockToleranceMs)
    return refused("task.from_the_future", "nobody answers before it is done", "happened_at",
                   {{"now", office.zone.format(office.now)}});
  auto expected = period_of(checklist.cycle, office.zone.day_of(*at));
  if (expected != key.period)
    return refused("task.wrong_period", "it did not happen in this period", "period",
                   {{"period", key.period}, {"expected", expected}});
  return *at;
}

std::vector<FoundItem> found_items_of(const pack::Checklist& checklist, const AnswerDuty& input) {
  std::vector<FoundItem> found_items;
  for (const auto& given : input.items)
    if (given.answer == ItemState::not_in_order)
      found_items.push_back({.item = item_of(checklist, given.item),
                             .note = std::string(trimmed(given.note.value_or(""))),
                             .photos = given.photos.value_or(std::vector<std::string>{})});
  return found_items;
}

void write_answer(Transaction& transaction, const Office& office, const AnsweredDuty& answer,
                  const AnswerDuty& input, const std::string& items, const std::string& sent_hash) {
  const auto& key = answer.key;
  std::string district(district_of(key.organisation));
  auto matters = json_of_matters(answer.matters);
  transaction.exec(
      "INSERT INTO answers (district, id, duty, organisation, path, period, point, checklist,"
      " person, presence, happened_at, known_at, items, matters, sent_hash)"
      " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)",
      {district, key.id, key.duty, key.organisation, answer.site.path, key.period,
       answer.point.ref.id, answer.checklist->id, office.actor.person,
       std::string(boost::describe::enum_to_string(input.presence, "")), answer.happened_at.ms,
       office.now.ms, items, json::serialize(matters), sent_hash});
  for (const auto& given : input.items)
    if (given.photos)
      for (const auto& photo : *given.photos)
        use_attachment(transaction, district, photo, "answers", key.id);
  json::array bad;
  for (const auto& found_item : answer.found_items) bad.emplace_back(found_item.item->id);
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
                      .data = {{"duty", key.duty},
                               {"checklist", answer.checklist->id},
                               {"period", key.period},
                               {"point", answer.point.ref.id},
                               {"point_name", answer.point.ref.name},
                               {"presence", boost::describe::enum_to_string(input.presence, "")},
                               {"items", static_cast<std::int64_t>(input.items.size())},
                               {"not_in_order", std::move(bad)},
                               {"matters", std::move(matters)}},
                      .hash = {}});
}

// The description where the note is long enough for one, else a note.
void put_note(const pack::Move& move, const std::string& note, json::object& fields) {
  if (note.empty()) return;
  auto description = std::ranges::find(move.fields, "description", &pack::Field::id);
  bool fits = description != move.fields.end() &&
              static_cast<double>(length_of(note)) >= description->least.value_or(0);
  fields[fits ? "description" : "note"] = note;
}

// What is said of a found_item, as far as the move takes it.
json::object fields_of(const pack::Move& move, const AnsweredDuty& answer,
                       const FoundItem& found_item) {
  json::object said{
      {"title", found_item.item->wrong.zh},
      {"place", answer.point.place.empty() ? answer.point.ref.name : answer.point.place},
      {"category", found_item.item->category},
      {"level", found_item.item->level},
      {"point", answer.point.ref.id},
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
  expect(move != nullptr, "the chart has the move by which found_items come in");
  auto id = id_of_finding(answer.key.id, found_item.item->id);
  TRY_LET(whole, open_at(transaction, office, *chart, answer.site,
                         {.id = id,
                          .move = move->id,
                          .move_id = id,
                          .sent_hash = sha256_hex(id),
                          .at = answer.happened_at,
                          .fields = fields_of(*move, answer, found_item)}));
  answer.matters.push_back({.id = id, .title = whole.title});
  return {};
}

Result<AnswerGiven> answer_duty(Transaction& transaction, const Office& office, const DutyKey& key,
                                const AnswerDuty& input) {
  TRY_LET(ground, ground_of(transaction, key));
  TRY(organisations::may(office.pack, office.actor, "tasks", "answer", {.path = ground.site.path}));
  json::value items = items_json(input);
  auto sent_hash = sent_hash_of(json::object{{"duty", key.duty},
                                             {"organisation", key.organisation},
                                             {"period", key.period},
                                             {"answer", write(input)}});
  auto point = point_of(transaction, key.organisation, input.point, office.now);
  if (ground.sent_hash) {
    if (*ground.sent_hash != sent_hash) return id_taken();
    Ref ref = point ? point->ref : Ref{input.point, {}};
    return AnswerGiven{.answer = answer_json(office, key, ground, ref,
                                             json::parse(ground.matters).as_array(), items),
                       .repeated = true};
  }
  if (!point) return refused("task.other_point", "the organisation has no such point", "point");
  TRY_LET(checklist, checklist_at(office, key.duty, ground.kind, *point));
  TRY_LET(happened_at, moment_of(office, *checklist, key, input));
  TRY(check_items(*checklist, input));
  TRY(check_photos(transaction, office, std::string(district_of(key.organisation)), input));
  AnsweredDuty answer{.key = key,
                      .site = ground.site,
                      .checklist = checklist,
                      .point = *point,
                      .happened_at = happened_at,
                      .found_items = found_items_of(*checklist, input),
                      .matters = {}};
  TRY(react(transaction, office, DutyAnswered{answer}));
  write_answer(transaction, office, answer, input, json::serialize(items), sent_hash);
  ground.happened_at = happened_at;
  ground.known_at = office.now;
  ground.person = {office.actor.person, office.actor.name};
  return AnswerGiven{.answer = answer_json(office, key, ground, point->ref,
                                           json_of_matters(answer.matters), std::move(items)),
                     .repeated = false};
}

}  // namespace anxiao::usecases
