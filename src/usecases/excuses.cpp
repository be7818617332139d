#include "usecases/excuses.h"

#include <algorithm>
#include <tuple>

#include "base/ids.h"
#include "base/json_map.h"
#include "base/text.h"
#include "usecases/query.h"
#include "usecases/reach.h"

namespace anxiao::usecases {
namespace {

constexpr std::string_view kSelect =
    "SELECT e.id, e.duty, e.organisation, o.name, e.path, e.period, e.point, p.title, e.reason,"
    " e.asked_by, a.name, e.asked_at, e.state, e.decided_by, d.name, e.decided_at, e.words,"
    " e.sent_hash, e.version, e.district FROM excuses e"
    " LEFT JOIN organisations o ON o.district = e.district AND o.id = e.organisation"
    " LEFT JOIN ledger_rows p ON p.district = e.district AND p.id = e.point"
    " LEFT JOIN people a ON a.district = substr(e.asked_by, 1, 6) AND a.id = e.asked_by"
    " LEFT JOIN people d ON d.district = substr(e.decided_by, 1, 6) AND d.id = e.decided_by";

struct Found {
  Excuse excuse;
  OccurrenceKey key;
  std::string district, path, sent_hash;
  Instant asked_at;
};

Found found_from(const Row& row, const Office& office) {
  Found found;
  found.key = {.duty = std::string(row.text(1)),
               .organisation = std::string(row.text(2)),
               .period = std::string(row.text(5)),
               .point = std::string(row.text(6))};
  found.district = row.text(19);
  found.path = row.text(4);
  found.sent_hash = row.text(17);
  found.asked_at = {row.integer(11)};
  auto& excuse = found.excuse;
  excuse.id = row.text(0);
  excuse.duty = found.key.duty;
  excuse.name = name_of_duty(office.pack, found.key.duty);
  excuse.organisation = {found.key.organisation, std::string(row.text(3))};
  excuse.period = found.key.period;
  if (!found.key.point.empty()) excuse.point = Ref{found.key.point, std::string(row.text(7))};
  excuse.reason = row.text(8);
  excuse.asked_by = {std::string(row.text(9)), std::string(row.text(10))};
  excuse.asked_at = office.zone.format(found.asked_at);
  excuse.state = row.text(12);
  if (!row.is_null(13))
    excuse.decided_by = Ref{std::string(row.text(13)), std::string(row.text(14))};
  if (auto at = row.maybe_integer(15)) excuse.decided_at = office.zone.format({*at});
  excuse.words = row.text(16);
  excuse.version = row.integer(18);
  return found;
}

std::optional<Found> find(Reader& reader, const Office& office, const std::string& id) {
  std::optional<Found> found;
  Query(std::string(kSelect) + " WHERE e.district = ? AND e.id = ?",
        {std::string(district_of(id)), id})
      .run(reader, [&](const Row& row) { found = found_from(row, office); });
  return found;
}

bool contains(const std::vector<std::string>& all, const std::string& one) {
  return std::ranges::find(all, one) != all.end();
}

// --- the occurrence ---

struct Asked {
  duties::Occurrence occurrence;
  // Where it is due; absent where it is due nowhere of that name.
  std::optional<duties::State> state;
  std::vector<std::string> owners;
};

// People who owned what is on record as missed; nothing where it is not.
std::optional<std::vector<std::string>> owners_of_miss(Reader& reader, const OccurrenceKey& key) {
  std::optional<std::vector<std::string>> owners;
  reader.query(
      "SELECT owners FROM misses WHERE district = $1 AND organisation = $2 AND duty = $3"
      " AND period = $4 AND point = $5",
      {std::string(district_of(key.organisation)), key.organisation, key.duty, key.period,
       key.point},
      [&](const Row& row) {
        owners.emplace();
        json::error_code error;
        auto value = json::parse(row.text(0), error);
        if (error || !value.is_array()) return;
        for (const auto& each : value.get_array())
          if (each.is_string()) owners->emplace_back(each.get_string());
      });
  return owners;
}

// What is asked about, as it stands now. What was missed is there even where the point has another
// list of checklists since; its owners are those of then.
Result<Asked> asked_of(Reader& reader, const Office& office, const OccurrenceKey& key) {
  const auto* duty = office.pack.duty(key.duty);
  if (!duty)
    return Refusal{.why = Why::refused,
                   .key = "task.unknown_duty",
                   .detail = "the pack has no such duty",
                   .field = "duty",
                   .args = {{"duty", key.duty}}};
  Outcomes outcomes(reader, office);
  const auto* here = outcomes.ground(key.organisation);
  if (!here) return not_found("organisations");
  TRY_LET(occurrence,
          duties::occurrence_of(*duty, here->ground.subject, *here->calendar, key.period));
  Asked asked{.occurrence = occurrence, .state = std::nullopt, .owners = {}};
  if (auto owners = owners_of_miss(reader, key)) {
    asked.owners = std::move(*owners);
    asked.state = outcomes.of(key, occurrence.closes_at, occurrence.times).state;
    return asked;
  }
  auto then = ground_of(reader, office, key.organisation, occurrence.first, occurrence.last);
  if (!then) return not_found("organisations");
  const std::vector<pack::Duty> alone{*duty};
  auto tasks = duties::tasks_of(alone, then->ground, *then->calendar, occurrence.first,
                                occurrence.last, office.now);
  for (const auto& task : tasks)
    if (task.occurrence.period == key.period && task.place == key.point) {
      asked.owners = task.owner.people;
      asked.state = task.outcome.state;
    }
  return asked;
}

Result<void> check_wanted(const OccurrenceKey& key, const Asked& asked) {
  if (asked.occurrence.waived != duties::Waiver::none)
    return Refusal{
        .why = Why::refused,
        .key = "task.not_expected",
        .detail = "nothing is expected in this period",
        .field = "period",
        .args = {{"waiver", duties::word_of(asked.occurrence.waived)}, {"period", key.period}}};
  if (!asked.state)
    return Refusal{.why = Why::refused,
                   .key = "task.other_point",
                   .detail = "the duty is not due at such a point",
                   .field = "point"};
  if (*asked.state == duties::State::done)
    return Refusal{.why = Why::refused, .key = "excuse.needless", .detail = "it was done in time"};
  return {};
}

Result<void> check_none_there(Reader& reader, const OccurrenceKey& key) {
  auto there = excuse_of(reader, key);
  if (!there || there->state == "refused") return {};
  return Refusal{
      .why = Why::conflict,
      .key = "excuse.there",
      .detail = "there is one already that is asked for or approved",
      .args = {{"excuse", there->id}, {"state", there->state}, {"person", there->asked_by.name}}};
}

// Without blanks around; several lines are fine.
Result<std::string> check_text(const std::string& text, std::string_view field) {
  const auto refused = [&](const char* name) {
    return Refusal{.why = Why::malformed,
                   .key = std::string("text.") + name,
                   .detail = std::string(field) + " is " + name,
                   .field = std::string(field),
                   .args = {{"most", kExcuseCharactersMost}}};
  };
  if (!is_utf8(text)) return refused("malformed");
  std::string kept(trimmed(text));
  if (length_of(kept) > kExcuseCharactersMost) return refused("too_long");
  return kept;
}

Entry entry_of(const Office& office, const Found& found, std::string kind, json::object data) {
  data["duty"] = found.key.duty;
  data["period"] = found.key.period;
  data["point"] = found.key.point;
  data["point_name"] = found.excuse.point ? found.excuse.point->name : std::string();
  return {.district = found.district,
          .organisation = found.key.organisation,
          .path = found.path,
          .holder = {},
          .kind = std::move(kind),
          .noun = "tasks",
          .subject = found.excuse.id,
          .actor = office.actor.person,
          .happened_at = office.now,
          .known_at = office.now,
          .data = std::move(data),
          .hash = {}};
}

// --- deciding ---

Result<void> check_decider(Reader& reader, const Office& office, const Found& found) {
  TRY(organisations::may(office.pack, office.actor, "tasks", "excuse", {.path = found.path}));
  if (found.excuse.asked_by.id == office.actor.person)
    return Refusal{
        .why = Why::refused, .key = "excuse.by_asker", .detail = "whoever asks does not decide"};
  std::vector<std::string> owners;
  if (auto missed = owners_of_miss(reader, found.key))
    owners = std::move(*missed);
  else if (auto asked = asked_of(reader, office, found.key))
    owners = std::move(asked->owners);
  if (contains(owners, office.actor.person))
    return Refusal{.why = Why::refused,
                   .key = "excuse.by_owner",
                   .detail = "whoever should have done it does not decide"};
  return {};
}

Excuse shown(Reader& reader, const Office& office, Found found) {
  found.excuse.may_decide =
      found.excuse.state == "asked" && check_decider(reader, office, found).has_value();
  return std::move(found.excuse);
}

}  // namespace

Result<Kept<Excuse>> ask_excuse(Transaction& transaction, const Office& office,
                                const OccurrenceKey& sent_key, const std::string& id,
                                const AskExcuse& input) {
  OccurrenceKey key = sent_key;
  key.point = input.point;
  TRY(check_id(key.organisation, "organisation"));
  std::string district(district_of(key.organisation));
  TRY(check_id(id, "id", district));
  auto place = place_of(transaction, key.organisation, office.now);
  if (!place) return not_found("organisations");
  auto granted = organisations::may(office.pack, office.actor, "tasks", "answer", place->place());
  auto asked = asked_of(transaction, office, key);
  if (!granted && !(asked && contains(asked->owners, office.actor.person))) return granted.error();
  auto hash = sent_hash_of(json::object{{"duty", key.duty},
                                        {"organisation", key.organisation},
                                        {"period", key.period},
                                        {"by", office.actor.person},
                                        {"excuse", write(input)}});
  if (auto there = find(transaction, office, id)) {
    if (there->sent_hash != hash) return id_taken();
    return Kept<Excuse>{shown(transaction, office, std::move(*there)), true};
  }
  if (!asked) return asked.error();
  TRY_LET(reason, check_text(input.reason, "reason"));
  if (reason.empty())
    return Refusal{.why = Why::malformed,
                   .key = "text.empty",
                   .detail = "an excuse has a reason",
                   .field = "reason"};
  TRY(check_wanted(key, *asked));
  TRY(check_none_there(transaction, key));
  Query(
      "INSERT INTO excuses (district, id, organisation, path, duty, period, point, reason,"
      " asked_by, asked_at, state, decided_by, decided_at, words, sent_hash, version)"
      " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'asked', NULL, NULL, NULL, ?, 1)",
      {district, id, key.organisation, place->path, key.duty, key.period, key.point, reason,
       office.actor.person, office.now.ms, hash})
      .exec(transaction);
  auto made = find(transaction, office, id);
  transaction.record(entry_of(office, *made, "ExcuseAsked", {{"reason", reason}}));
  return Kept<Excuse>{shown(transaction, office, std::move(*made)), false};
}

Result<Excuse> decide_excuse(Transaction& transaction, const Office& office, const std::string& id,
                             std::optional<std::int64_t> version, const DecideExcuse& input) {
  auto found = find(transaction, office, id);
  if (!found) return not_found("excuses");
  TRY(check_decider(transaction, office, *found));
  TRY_LET(words, check_text(input.words.value_or(""), "words"));
  std::string state = input.approved ? "approved" : "refused";
  if (found->excuse.state != "asked") {
    // Sent again by the same person it is the same decision.
    if (found->excuse.state == state && found->excuse.words == words &&
        found->excuse.decided_by->id == office.actor.person)
      return std::move(found->excuse);
    return Refusal{
        .why = Why::conflict,
        .key = "excuse.decided",
        .detail = "it has been decided already",
        .args = {{"state", found->excuse.state}, {"person", found->excuse.decided_by->name}}};
  }
  if (version) TRY(check_version(found->excuse.version, *version));
  if (!input.approved && words.empty())
    return Refusal{.why = Why::refused,
                   .key = "excuse.words_wanted",
                   .detail = "a refusal says why",
                   .field = "words"};
  auto changed = Query(
                     "UPDATE excuses SET state = ?, decided_by = ?, decided_at = ?, words = ?,"
                     " version = version + 1 WHERE district = ? AND id = ? AND state = 'asked'",
                     {state, office.actor.person, office.now.ms, words, found->district, id})
                     .exec(transaction);
  expect(changed == 1, "an excuse is decided once");
  transaction.record(entry_of(office, *found, "ExcuseDecided",
                              {{"approved", input.approved},
                               {"state", state},
                               {"words", words},
                               {"asked_by", found->excuse.asked_by.id}}));
  return std::move(find(transaction, office, id)->excuse);
}

Result<Page<Excuse>> list_excuses(Reader& reader, const Office& office,
                                  const ExcuseFilter& filter) {
  ExcuseState state{};
  if (!filter.state.empty() && !boost::describe::enum_from_string(filter.state.c_str(), state))
    return Refusal{.why = Why::malformed,
                   .key = "list.filter_malformed",
                   .detail = "the state is asked, approved or refused",
                   .field = "state"};
  TRY_LET(reach, reach_of(reader, office, "tasks", "read", filter.organisation));
  std::vector<Found> found;
  for (const auto& district : reach.districts) {
    Query query(std::string(kSelect) + " WHERE TRUE");
    within(query, reach, district, "e");
    if (!filter.state.empty()) query.add(" AND e.state = ?", {filter.state});
    if (const auto& after = filter.paging.after) {
      const auto asked_at = (*after)[0].get_int64();
      const std::string at((*after)[1].get_string()), id((*after)[2].get_string());
      if (district < at)
        query.add(" AND e.asked_at < ?", {asked_at});
      else if (district > at)
        query.add(" AND e.asked_at <= ?", {asked_at});
      else
        query.add(" AND e.asked_at <= ? AND (e.asked_at < ? OR e.id > ?)",
                  {asked_at, asked_at, id});
    }
    query.add(" ORDER BY e.asked_at DESC, e.id LIMIT ?",
              {static_cast<std::int64_t>(filter.paging.limit + 1)});
    query.run(reader, [&](const Row& row) { found.push_back(found_from(row, office)); });
  }
  std::ranges::sort(found, [](const Found& one, const Found& other) {
    if (one.asked_at != other.asked_at) return one.asked_at > other.asked_at;
    return std::tie(one.district, one.excuse.id) < std::tie(other.district, other.excuse.id);
  });
  Page<Excuse> page;
  if (found.size() > filter.paging.limit) {
    found.erase(found.begin() + static_cast<std::ptrdiff_t>(filter.paging.limit), found.end());
    const auto& last = found.back();
    page.next =
        cursor_of({last.asked_at.ms, json::string(last.district), json::string(last.excuse.id)});
  }
  for (auto& each : found) page.items.push_back(shown(reader, office, std::move(each)));
  return page;
}

std::vector<Excuse> excuses_of(Reader& reader, const Office& office, const OccurrenceKey& key) {
  std::vector<Found> found;
  Query(std::string(kSelect) +
            " WHERE e.district = ? AND e.organisation = ? AND e.period = ? AND e.duty = ?"
            " AND e.point = ? ORDER BY e.asked_at DESC, e.id",
        {std::string(district_of(key.organisation)), key.organisation, key.period, key.duty,
         key.point})
      .run(reader, [&](const Row& row) { found.push_back(found_from(row, office)); });
  std::vector<Excuse> excuses;
  for (auto& each : found) excuses.push_back(shown(reader, office, std::move(each)));
  return excuses;
}

std::int64_t count_excuses_to_decide(Reader& reader, const Office& office) {
  std::int64_t count = 0;
  auto reach = reach_of(reader, office, "tasks", "excuse", "");
  if (!reach) return 0;
  for (const auto& district : reach->districts) {
    Query query(std::string(kSelect) + " WHERE e.state = 'asked'");
    within(query, *reach, district, "e");
    std::vector<Found> found;
    query.run(reader, [&](const Row& row) { found.push_back(found_from(row, office)); });
    for (const auto& each : found) count += check_decider(reader, office, each) ? 1 : 0;
  }
  return count;
}

}  // namespace anxiao::usecases
