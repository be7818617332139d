// `make bench`: starts the server over a new data folder and measures, beside a limit in the same
// run: durable creation of a hazard, the page of the newest open ones, the counts, one event to
// many listeners, the tasks of a city's day, the answers to them, and how it stands. Prints ratios;
// a bare number of a busy machine says nothing.
//
//   anxiao_bench BINARY [quick] [LETTERS]     only the measurements of these letters

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <map>
#include <thread>

#include "base/ids.h"
#include "base/json_map.h"
#include "bench/creation.h"
#include "bench/duties.h"
#include "bench/fanout.h"
#include "bench/load.h"
#include "bench/postgres.h"
#include "bench/program.h"
#include "bench/raw.h"
#include "bench/socket.h"
#include "bench/standing.h"
#include "store/sqlite/sqlite_store.h"

namespace anxiao::bench {
namespace {

namespace fs = std::filesystem;

struct Ground {
  std::string binary;
  fs::path folder;
  std::string school;
  std::string district;
  std::string district_organisation;
  double seconds;
  std::map<std::string, std::string> one_time = {};
};

void creation(Ground& ground, const pack::Pack& pack, const Zone& zone) {
  fs::path ours = ground.folder / "ours", raw = ground.folder / "raw";
  // The statements of one creation, caught from the use case itself.
  std::vector<Statement> statements;
  std::string id;
  {
    fs::create_directories(raw);
    Instant now = system_clock()->now();
    store::sqlite::SqliteStore store({.path = raw / "anxiao.sqlite", .now = now});
    auto caught = caught_creation(store, pack, zone, now);
    statements = std::move(caught.statements);
    id = caught.id;
  }
  fmt::print("creating a hazard takes {} statements\n", statements.size());

  Program program(ground.binary, ours, ground.one_time);
  auto cookie = program.enter("menwei", "bench-lantern-river-7");
  Socket line = Socket::connect(program.port());
  auto me = json::parse(ask(line, request("GET", "/api/v1/session", cookie, {})).body);
  ground.school = std::string(me.at("postings").at(0).at("organisation").at("id").as_string());
  ground.district = std::string(me.at("postings").at(0).at("district").as_string());
  int number = 0;
  auto next = [&] {
    ++number;
    return request("PUT",
                   "/api/v1/loops/hazard/matters/" + new_id(ground.district, system_clock()->now()),
                   cookie, hazard_body(ground.school, number));
  };
  std::vector<double> mine, alone, grouped, p50, p99;
  for (int round = 0; round < 3; ++round) {
    alone.push_back(replay(raw / "anxiao.sqlite", statements, id, 1, ground.seconds).per_second);
    auto loaded = load(program.port(), 32, ground.seconds, next);
    if (loaded.refused) throw std::runtime_error("a creation was refused");
    mine.push_back(loaded.per_second);
    p50.push_back(loaded.p50_ms);
    p99.push_back(loaded.p99_ms);
    grouped.push_back(replay(raw / "anxiao.sqlite", statements, id, 32, ground.seconds).per_second);
  }
  report("(a) create, 32 clients / same SQL, a commit each", median(mine), median(alone), "/s",
         ">= 2");
  report("(a) create, 32 clients / same SQL, 32 to a commit", median(mine), median(grouped), "/s",
         ">= 0.33");
  fmt::print("    p50 {:.1f} ms, p99 {:.1f} ms\n", median(p50), median(p99));
}

// Fills the district with hazards, straight into the table: the server is not running.
void fill(const Ground& ground, std::int64_t wanted) {
  fs::path database = ground.folder / "ours" / "anxiao.sqlite";
  store::sqlite::SqliteStore store({.path = database, .now = system_clock()->now()});
  std::int64_t present = 0;
  std::vector<std::pair<std::string, std::string>> schools;
  store.read([&](usecases::Reader& reader) {
    reader.query("SELECT count(*) FROM matters", {},
                 [&](const usecases::Row& row) { present = row.integer(0); });
    reader.query(
        "SELECT id, path FROM organisations WHERE district = $1 AND kind NOT IN ('district', "
        "'department')",
        {ground.district},
        [&](const usecases::Row& row) { schools.emplace_back(row.text(0), row.text(1)); });
  });
  static constexpr std::array<const char*, 4> kLevels{"red", "orange", "yellow", "blue"};
  static constexpr std::array<const char*, 4> kStages{"assessment", "monitoring", "treatment",
                                                      "acceptance"};
  Instant at = system_clock()->now().plus_ms(-30 * kDayMs);
  while (present < wanted) {
    store.write([&](usecases::Transaction& transaction) {
      for (int i = 0; i < 5000 && present < wanted; ++i, ++present) {
        const auto& [school, path] = schools[static_cast<std::size_t>(present) % schools.size()];
        bool open = present % 10 < 3;
        at = at.plus_ms(1);
        transaction.exec(
            "INSERT INTO matters (district, id, loop, organisation, path, holder, title, category, "
            "stage, "
            "level, assessed, open, answerable, opened_at, entered_at, due_at, lapse_at, lapses, "
            "closed_at, "
            "fields, sent_hash, version) VALUES ($1, $2, 'hazard', $3, $4, $3, $5, 'building', $6, "
            "$7, TRUE, "
            "$8, '', $9, $9, NULL, NULL, 0, $10, $11, '', 1)",
            {ground.district, new_id(ground.district, at), school, path,
             fmt::format("Hazard {}", present),
             open ? kStages[static_cast<std::size_t>(present / 10) % 4] : "closed",
             kLevels[static_cast<std::size_t>(present / 7) % 4], open, at.ms,
             open ? usecases::Value{} : usecases::Value{at.ms},
             R"({"title":"Hazard","place":"Stairwell B","category":"building","description":")" +
                 std::string(180, 'x') + "\"}"});
      }
      return true;
    });
  }
}

void page(Ground& ground) {
  fill(ground, 100'000);
  Program program(ground.binary, ground.folder / "ours", ground.one_time);
  auto cookie = program.enter("quxian", "bench-lantern-river-8");
  std::string text = request("GET", "/api/v1/loops/hazard/matters?state=open&limit=20", cookie, {});
  Statement same{
      "SELECT m.id, m.organisation, o.name, m.district, m.category, m.level, m.assessed, m.stage, "
      "m.opened_at, "
      "m.entered_at, m.due_at, m.closed_at, m.holder, h.name, m.answerable, a.name, m.lapses, "
      "m.fields->>'photos_before', m.title, m.version FROM matters m "
      "JOIN organisations o ON o.district = m.district AND o.id = m.organisation "
      "LEFT JOIN organisations h ON h.district = substr(m.holder, 1, 6) AND h.id = m.holder "
      "LEFT JOIN people a ON a.district = substr(m.answerable, 1, 6) AND a.id = m.answerable "
      "WHERE m.district = $1 AND m.loop = 'hazard' AND m.open = TRUE ORDER BY m.opened_at DESC, "
      "m.id DESC LIMIT 21",
      {ground.district}};
  std::vector<double> mine, limit, p50;
  for (int round = 0; round < 3; ++round) {
    limit.push_back(repeat(ground.folder / "ours" / "anxiao.sqlite", same, ground.seconds));
    auto loaded = load(program.port(), 32, ground.seconds, [&] { return text; });
    if (loaded.refused) throw std::runtime_error("a list was refused");
    mine.push_back(loaded.per_second);
    p50.push_back(loaded.p50_ms);
  }
  report("(b) 20 newest of 100,000, 32 clients / in process", median(mine), median(limit), "/s",
         ">= 0.5");
  fmt::print("    p50 {:.1f} ms\n", median(p50));
}

void counts(Ground& ground, std::int64_t stored) {
  fill(ground, stored);
  auto began = std::chrono::steady_clock::now();
  Program program(ground.binary, ground.folder / "ours", ground.one_time);
  double start = std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
  auto cookie = program.enter("shiji", "bench-lantern-river-9");
  std::string text = request("GET", "/api/v1/loops/hazard/matters/counts", cookie, {});
  auto loaded = load(program.port(), 1, ground.seconds, [&] { return text; });
  if (loaded.refused) throw std::runtime_error("the counts were refused");
  double group = 1e9;
  for (int i = 0; i < 3; ++i)
    group = std::min(
        group, once(ground.folder / "ours" / "anxiao.sqlite",
                    "SELECT district, level, stage, count(*) FROM matters WHERE loop = 'hazard' "
                    "GROUP BY district, level, stage"));
  double mine = loaded.p50_ms / 1000;
  fmt::print(
      "{:<52} ours {:>10.3f} ms     GROUP BY {:>8.1f} ms  {:>6.0f} times faster, over HTTP  goal "
      ">= 1000\n",
      fmt::format("(c) counts with {} stored", stored), mine * 1000, group * 1000, group / mine);
  fmt::print("    the server with {} hazards was up in {:.1f} s\n", stored, start);
}

void fan(Ground& ground, int clients) {
  Program program(ground.binary, ground.folder / "ours", ground.one_time);
  auto officer = program.enter("quxian", "bench-lantern-river-8");
  auto guard = program.enter("menwei", "bench-lantern-river-7");
  Socket line = Socket::connect(program.port());
  int number = 0;
  auto send = [&] {
    auto answer = ask(line, request("PUT",
                                    "/api/v1/loops/hazard/matters/" +
                                        new_id(ground.district, system_clock()->now()),
                                    guard, hazard_body(ground.school, ++number)));
    if (answer.status != 201) throw std::runtime_error("the event was refused: " + answer.body);
  };
  // One event first, to know how long its bytes are.
  std::string sample;
  {
    Socket listening = Socket::connect(program.port());
    listening.say(request("GET", "/api/v1/stream", officer, {}));
    std::this_thread::sleep_for(std::chrono::milliseconds(300));
    send();
    std::this_thread::sleep_for(std::chrono::milliseconds(300));
    listening.never_wait();
    char piece[65536];
    auto size = ::read(listening.get(), piece, sizeof piece);
    sample.assign(piece, size > 0 ? static_cast<std::size_t>(size) : 0);
    if (auto at = sample.find("event: MatterMoved"); at != std::string::npos)
      sample = sample.substr(at);
  }
  std::vector<double> mine, bare;
  for (int round = 0; round < 3; ++round) {
    {
      BareLoop loop(sample);
      auto fanned =
          fan_out(loop.port(), clients, "x", "", "event: MatterMoved", 20, [&] { loop.poke(); });
      bare.push_back(fanned.last_p50_ms);
    }
    auto fanned = fan_out(program.port(), clients, request("GET", "/api/v1/stream", officer, {}),
                          "text/event-stream", "event: MatterMoved", 20, send);
    if (fanned.lost)
      throw std::runtime_error(fmt::format("{} listeners heard nothing", fanned.lost));
    mine.push_back(fanned.last_p50_ms);
  }
  report(fmt::format("(d) one event to {} listeners, the last / bare loop", clients), median(mine),
         median(bare), "ms", "<= 1.5");
  fmt::print(
      "    {} bytes an event; ours begins with the request that causes it, commit included\n",
      sample.size());
}

}  // namespace

int run(int argc, char** argv) {
  if (argc < 2) {
    fmt::print(stderr, "anxiao_bench BINARY [quick]\n");
    return 1;
  }
  raise_descriptors();
  bool quick = false;
  std::string only;
  for (int i = 2; i < argc; ++i)
    if (std::string(argv[i]) == "quick")
      quick = true;
    else
      only = argv[i];
  auto loaded = pack::load("pack/cq-2017-193");
  if (!loaded.pack) throw std::runtime_error("the pack is refused");
  Zone zone("Asia/Shanghai");
  Ground ground{
      argv[1], fs::temp_directory_path() / ("anxiao_bench_" + new_uuid(system_clock()->now())),
      {},      {},
      {},      quick ? 1.0 : 4.0};
  fs::create_directories(ground.folder);
  struct Removed {
    fs::path folder;
    ~Removed() {
      std::error_code ignored;
      fs::remove_all(folder, ignored);
    }
  } removed{ground.folder};
  auto wanted = [&](char letter) { return only.empty() || only.find(letter) != std::string::npos; };
  // The later of these work on what the earlier have made.
  if (wanted('a') || wanted('b') || wanted('c') || wanted('d')) {
    creation(ground, *loaded.pack, zone);
    page(ground);
    fan(ground, quick ? 200 : 2000);
    counts(ground, quick ? 150'000 : 1'000'000);
  }
  if (wanted('e')) days_of_cities(ground.folder, *loaded.pack, zone, quick);
  if (wanted('f')) answers_taken(ground.binary, ground.folder, *loaded.pack, zone, quick);
  if (wanted('h')) creation_in_postgres(ground.binary, ground.folder, *loaded.pack, zone, quick);
  if (wanted('g')) standing_of_cities(ground.folder, *loaded.pack, zone, quick);
  return 0;
}

}  // namespace anxiao::bench

int main(int argc, char** argv) {
  try {
    return anxiao::bench::run(argc, argv);
  } catch (const std::exception& fault) {
    std::fprintf(stderr, "anxiao_bench: %s\n", fault.what());
    return 1;
  }
}
