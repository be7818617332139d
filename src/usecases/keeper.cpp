#include "usecases/keeper.h"

#include <algorithm>

#include "base/ids.h"
#include "usecases/attachments.h"
#include "usecases/matter_rows.h"
#include "usecases/reactions.h"

namespace anxiao::usecases {

namespace json = boost::json;

namespace {

// A transaction is short, so that nobody waits long for the writer.
constexpr std::int64_t kMattersAtOnce = 32;
constexpr int kLapsesAtOnce = 24;
constexpr std::int64_t kFilesAtOnce = 100;

std::vector<std::string> texts(Reader& reader, std::string_view sql,
                               std::initializer_list<Value> values) {
  std::vector<std::string> out;
  reader.query(sql, values, [&](const Row& row) { out.emplace_back(row.text(0)); });
  return out;
}

// --- terms ---

// Who holds which post where a matter is held, and above it; of its own organisation too.
std::vector<PostHeld> posts_of(Reader& reader, const WholeMatter& whole, bool held_elsewhere,
                               Instant now) {
  if (!held_elsewhere) return posts_along(reader, whole.path, now);
  std::string path;
  reader.query("SELECT path FROM organisations WHERE district = $1 AND id = $2",
               {std::string(district_of(whole.matter.holder)), whole.matter.holder},
               [&](const Row& row) { path = row.text(0); });
  auto held = posts_along(reader, path, now);
  auto own = posts_along(reader, whole.path, now);
  std::ranges::move(own, std::back_inserter(held));
  return held;
}

// The move from which the present term runs: the last that came to the stage or set another end.
std::int64_t stage_move_of(const WholeMatter& whole) {
  std::int64_t number = 1;
  std::optional<Instant> due;
  for (const auto& made : whole.moves) {
    if (made.from != made.to || made.due_at != due) number = made.number;
    due = made.due_at;
  }
  return number;
}

// Everything that one matter's lapses are found from.
struct Lapsing {
  const Office& office;
  const pack::Chart& chart;
  const pack::Stage& stage;
  WholeMatter& whole;
  bool held_elsewhere;
  std::vector<PostHeld> posts;
  std::vector<std::string> vacant;
};

void write_lapse(Transaction& transaction, const Lapsing& lapsing, const Lapse& lapse) {
  const auto& whole = lapsing.whole;
  json::array people;
  for (const auto& person : lapse.people)
    people.push_back({{"id", person.id}, {"name", person.name}});
  transaction.exec(
      "INSERT INTO lapses (district, matter, stage_move, number, stage, lapsed_at, known_at, post,"
      " organisation, people) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
      {whole.district, whole.matter.id, lapse.stage_move, lapse.number, lapse.stage,
       lapse.lapsed_at.ms, lapse.known_at.ms, lapse.post, lapse.organisation.id,
       json::serialize(people)});
  transaction.record({.district = whole.district,
                      .organisation = whole.matter.organisation,
                      .path = whole.path,
                      .holder = lapsing.held_elsewhere ? whole.matter.holder : std::string(),
                      .kind = "TermLapsed",
                      .noun = lapsing.chart.noun,
                      .subject = whole.matter.id,
                      .actor = {},
                      .happened_at = lapse.lapsed_at,
                      .known_at = lapse.known_at,
                      .data = {{"loop", whole.matter.chart},
                               {"stage", lapse.stage},
                               {"number", lapse.number},
                               {"post", lapse.post},
                               {"organisation", lapse.organisation.id},
                               {"people", std::move(people)},
                               {"lapsed_at", lapsing.office.zone.format(lapse.lapsed_at)},
                               {"level", whole.matter.level},
                               {"title", whole.title}},
                      .hash = {}});
}

Lapse next_lapse(const Lapsing& lapsing, std::int64_t stage_move) {
  const auto& matter = lapsing.whole.matter;
  Lapse lapse{.stage_move = stage_move,
              .number = matter.lapses + 1,
              .stage = matter.stage,
              .lapsed_at = *lapsing.whole.lapse_at,
              .known_at = lapsing.office.now,
              .post = loops::answerable_after(lapsing.stage, lapsing.held_elsewhere,
                                              matter.lapses + 1, lapsing.vacant),
              .organisation = {},
              .people = {}};
  for (const auto& held : lapsing.posts)
    if (held.post == lapse.post) {
      if (lapse.people.empty()) lapse.organisation = held.organisation;
      lapse.people.push_back(held.person);
    }
  if (lapse.people.empty())
    lapse.organisation = {matter.organisation, lapsing.whole.organisation_name};
  return lapse;
}

int lapse_terms(Transaction& transaction, const Office& office, const pack::Chart& chart,
                WholeMatter& whole) {
  const auto* stage = chart.stage(whole.matter.stage);
  auto term = loops::due_of(chart, whole.matter.stage, whole.matter.level, {0});
  auto before = whole.lapse_at;
  bool elsewhere = whole.matter.holder != whole.matter.organisation;
  int count = 0;
  if (!stage || stage->end || !term || term->ms <= 0) {
    // The pack gives this stage no term any more.
    whole.lapse_at.reset();
  } else {
    Lapsing lapsing{office, chart,     *stage,
                    whole,  elsewhere, posts_of(transaction, whole, elsewhere, office.now),
                    {}};
    const auto& answers =
        elsewhere && !stage->answers_held.empty() ? stage->answers_held : stage->answers;
    for (const auto& post : answers)
      if (people_of(lapsing.posts, post).empty()) lapsing.vacant.push_back(post);
    auto stage_move = stage_move_of(whole);
    for (; count < kLapsesAtOnce && *whole.lapse_at <= office.now; ++count) {
      write_lapse(transaction, lapsing, next_lapse(lapsing, stage_move));
      whole.matter.lapses += 1;
      whole.lapse_at = whole.lapse_at->plus_ms(term->ms);
    }
  }
  auto changed = transaction.exec(
      "UPDATE matters SET lapses = $1, lapse_at = $2"
      " WHERE district = $3 AND id = $4 AND lapse_at = $5",
      {std::int64_t{whole.matter.lapses},
       whole.lapse_at ? Value(whole.lapse_at->ms) : Value(std::monostate{}), whole.district,
       whole.matter.id, before->ms});
  expect(changed == 1, "a term lapses once");
  return count;
}

// One transaction's worth of a district; gives the lapses, or nothing where none is due.
std::optional<std::int64_t> lapse_some(Transaction& transaction, const Office& office,
                                       const std::string& district) {
  std::vector<std::pair<std::string, std::string>> due;
  transaction.query(
      "SELECT id, loop FROM matters WHERE district = $1 AND lapse_at <= $2"
      " ORDER BY lapse_at LIMIT $3",
      {district, office.now.ms, kMattersAtOnce},
      [&](const Row& row) { due.emplace_back(row.text(0), row.text(1)); });
  if (due.empty()) return std::nullopt;
  std::int64_t count = 0;
  for (const auto& [id, loop] : due) {
    auto whole = find_matter(transaction, loop, id);
    expect(whole.has_value(), "a matter that is due is there");
    const auto* chart = office.pack.chart(loop);
    static const pack::Chart kNone;
    count += lapse_terms(transaction, office, chart ? *chart : kNone, *whole);
    // What waited for somebody to hold a post may be able to go on now.
    if (chart) {
      auto followed = react(transaction, office, MatterMoved{*chart, *whole});
      expect(followed.has_value(), "what follows by itself is not refused");
    }
  }
  return count;
}

// --- files ---

// By its own district first: that answers for nearly every file.
constexpr const char* kUnused =
    " AND NOT EXISTS (SELECT 1 FROM attachment_uses u"
    " WHERE u.district = a.district AND u.sha256 = a.sha256)"
    " AND NOT EXISTS (SELECT 1 FROM districts e CROSS JOIN attachment_uses v"
    " WHERE v.district = e.district AND v.sha256 = a.sha256)";

}  // namespace

std::int64_t keep_terms(Store& store, const pack::Pack& pack, const Zone& zone, Instant now) {
  const organisations::Actor nobody;
  Office office{.pack = pack, .zone = zone, .now = now, .actor = nobody};
  std::vector<std::string> districts;
  store.read([&](Reader& reader) {
    districts = texts(reader,
                      "SELECT d.district FROM districts d WHERE EXISTS (SELECT 1 FROM matters m"
                      " WHERE m.district = d.district AND m.lapse_at <= $1)",
                      {now.ms});
  });
  std::int64_t total = 0;
  for (const auto& district : districts) {
    std::optional<std::int64_t> count = 0;
    while (count) {
      store.write([&](Transaction& transaction) {
        count = lapse_some(transaction, office, district);
        return count.has_value();
      });
      total += count.value_or(0);
    }
  }
  return total;
}

std::int64_t sweep_attachments(Store& store, AttachmentFiles& files, Instant now) {
  if (!files.begin_sweep(now)) return 0;
  Value before = now.plus_ms(-kUnusedKeptMs).ms;
  std::vector<std::pair<std::string, std::string>> unused;
  store.read([&](Reader& reader) {
    reader.query(std::string("SELECT a.district, a.sha256 FROM districts d JOIN attachments a"
                             " ON a.district = d.district WHERE a.began_at < $1") +
                     kUnused + " LIMIT $2",
                 {before, kFilesAtOnce},
                 [&](const Row& row) { unused.emplace_back(row.text(0), row.text(1)); });
  });
  std::int64_t swept = 0;
  for (const auto& [district, sha256] : unused) {
    auto lock = files.lock(sha256);
    std::int64_t removed = 0;
    store.write([&](Transaction& transaction) {
      removed = transaction.exec(
          std::string("DELETE FROM attachments AS a WHERE a.district = $1 AND a.sha256 = $2"
                      " AND a.began_at < $3") +
              kUnused,
          {district, sha256, before});
      return removed > 0;
    });
    if (removed == 0) continue;
    files.remove(district, sha256);
    ++swept;
  }
  return swept;
}

}  // namespace anxiao::usecases
