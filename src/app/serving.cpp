#include "app/serving.h"

#include <sys/resource.h>

#include <condition_variable>
#include <filesystem>
#include <mutex>
#include <thread>

#include "api/http/server.h"
#include "api/hub.h"
#include "api/parts.h"
#include "api/service.h"
#include "app/demo.h"
#include "base/log.h"
#include "pack/cases.h"
#include "store/sqlite/sqlite_store.h"
#include "usecases/attachments.h"
#include "usecases/calendars.h"
#include "usecases/daily_figures.h"
#include "usecases/duty_keeper.h"
#include "usecases/duty_sums.h"
#include "usecases/forget.h"
#include "usecases/grade_facts.h"
#include "usecases/keeper.h"
#include "usecases/seals.h"
#include "usecases/sessions.h"
#include "usecases/standings.h"
#include "usecases/sums.h"

namespace anxiao::app {
namespace {

// Every connection is a descriptor; the system's own limit is what counts.
void raise_descriptors() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit)) return;
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
}

// None where the folder has none that can be read: a city may do without.
std::shared_ptr<const pack::CaseCounts> counted_cases(const std::string& folder) {
  const auto loaded = pack::load_cases(folder);
  if (!loaded.complaints.empty() || loaded.standing.empty()) return nullptr;
  return std::make_shared<const pack::CaseCounts>(pack::count_by_requirement(loaded));
}

std::string root_district(usecases::Store& store) {
  auto actor = city_actor(store);
  expect(actor.has_value(), "a server is started over a city");
  return actor->district;
}

}  // namespace

struct Serving::Held {
  Held(const Settings& settings, usecases::Store& store_, std::shared_ptr<const pack::Pack> pack_,
       std::vector<pack::HolidayYear> years, const Zone& zone_, const Clock& clock_)
      : given(settings),
        store(store_),
        clock(clock_),
        zone(zone_),
        sessions(store_),
        calendars(zone_, std::move(years)),
        duty_sums(store_, zone_, calendars),
        standings(zone_, calendars),
        grade_facts(zone_),
        files(std::filesystem::path(settings.data) / kAttachmentFolder),
        seals(store_, std::filesystem::path(settings.data) / kKeyFolder, root_district(store_)),
        hub(store_, zone_),
        parts{.store = store_,
              .pack = std::move(pack_),
              .zone = zone_,
              .clock = clock_,
              .sessions = sessions,
              .sums = sums,
              .duty_sums = duty_sums,
              .calendars = calendars,
              .standings = standings,
              .grade_facts = grade_facts,
              .files = files,
              .seals = seals,
              .hub = hub,
              .secure_cookie = settings.secure_cookie,
              .reload_pack = [this] { return reload(); }},
        doorkeeper(api::doorkeeper_of(sessions)),
        service(parts, *doorkeeper, api::routes(),
                {.workers = settings.workers,
                 .web = settings.web,
                 .access_log = settings.log_level == "debug"}),
        server({.address = settings.address,
                .port = settings.port,
                .threads = settings.io_threads,
                .limits = {.connections = static_cast<std::size_t>(settings.connections_max)}},
               service, clock_) {
    parts.cases.store(counted_cases(given.pack));
    store.read([&](usecases::Reader& reader) {
      sums.rebuild(reader);
      duty_sums.rebuild(reader);
      standings.rebuild(reader, parts.pack.load(), clock.now());
      grade_facts.rebuild(reader, parts.pack.load(), clock.now());
    });
    store.listen([this](std::span<const usecases::Entry> entries) {
      sessions.heard(entries);
      sums.heard(entries);
      calendars.heard(entries);
      duty_sums.heard(entries);
      standings.heard(entries);
      grade_facts.heard(entries);
      hub.publish(entries);
    });
  }

  Result<std::shared_ptr<const pack::Pack>> reload() {
    auto loaded = pack::load(given.pack);
    if (!loaded.pack) {
      Refusal refusal{.why = Why::refused,
                      .key = "pack.refused",
                      .detail = "the pack has faults; the one in use stays"};
      for (const auto& complaint : loaded.complaints) refusal.wants.push_back(complaint.text());
      return refusal;
    }
    parts.pack.store(loaded.pack);
    parts.cases.store(counted_cases(given.pack));
    store.read([&](usecases::Reader& reader) {
      standings.rebuild(reader, loaded.pack, clock.now());
      grade_facts.rebuild(reader, loaded.pack, clock.now());
    });
    hub.close_all();
    log::info("the pack was read again", {{"hash", loaded.pack->hash}});
    return loaded.pack;
  }

  // One round of what the clock asks for. A fault of one round is logged; the next tries again.
  void tick() {
    try {
      Instant now = clock.now();
      auto pack = parts.pack.load();
      usecases::keep_terms(store, *pack, zone, now);
      usecases::keep_duties(store, *pack, zone, calendars, now);
      duty_sums.keep(*pack, now);
      usecases::keep_daily_figures(store, *pack, zone, calendars, standings, sums, now);
      forgetting.forget_rows(store, *pack, zone, now);
      usecases::sweep_attachments(store, files, now);
      sessions.sweep(now);
      seals.seal(now);
    } catch (const std::exception& fault) {
      log::error("a job by the clock failed", {{"fault", fault.what()}});
    }
  }

  void run_jobs() {
    std::unique_lock lock(guard);
    while (!over) {
      lock.unlock();
      tick();
      lock.lock();
      wake.wait_for(lock, std::chrono::milliseconds(given.tick_ms), [&] { return over; });
    }
  }

  void stop() {
    {
      std::lock_guard lock(guard);
      over = true;
    }
    wake.notify_all();
    if (jobs.joinable()) jobs.join();
    server.stop();
    // What is still queued speaks to these parts: let it end before they do.
    try {
      store.write([](usecases::Transaction&) { return true; });
    } catch (const std::exception& fault) {
      log::error("the writer did not end its queue", {{"fault", fault.what()}});
    }
  }

  const Settings given;
  usecases::Store& store;
  const Clock& clock;
  const Zone& zone;
  usecases::Sessions sessions;
  usecases::Sums sums;
  usecases::Calendars calendars;
  usecases::DutySums duty_sums;
  usecases::Standings standings;
  usecases::GradeFacts grade_facts;
  usecases::Forgetting forgetting;
  usecases::AttachmentFiles files;
  usecases::Seals seals;
  api::Hub hub;
  api::Parts parts;
  std::unique_ptr<api::Doorkeeper> doorkeeper;
  api::Service service;
  api::http::Server server;
  std::mutex guard;
  std::condition_variable wake;
  bool over = false;
  std::thread jobs;
};

Serving::Serving(const Settings& settings, usecases::Store& store,
                 std::shared_ptr<const pack::Pack> pack, std::vector<pack::HolidayYear> years,
                 const Zone& zone, const Clock& clock)
    : held_(std::make_unique<Held>(settings, store, std::move(pack), std::move(years), zone,
                                   clock)) {}

Serving::~Serving() { held_->stop(); }

void Serving::start() {
  raise_descriptors();
  held_->server.start();
  held_->jobs = std::thread([this] { held_->run_jobs(); });
}

std::uint16_t Serving::port() const { return held_->server.port(); }

void Serving::stop() { held_->stop(); }

}  // namespace anxiao::app
