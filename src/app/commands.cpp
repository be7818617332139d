#include "app/commands.h"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <sstream>

#include "app/demo.h"
#include "app/interrupt.h"
#include "app/printing.h"
#include "app/serving.h"
#include "app/settings.h"
#include "app/simulation/simulation.h"
#include "app/simulation/town.h"
#include "base/hash.h"
#include "base/log.h"
#include "pack/burden.h"
#include "pack/calendar.h"
#include "pack/cases.h"
#include "pack/pack.h"
#include "pack/trace.h"
#include "store/backup.h"
#include "store/move.h"
#include "store/postgres/postgres_store.h"
#include "store/sqlite/sqlite_store.h"
#include "usecases/import.h"
#include "usecases/journal_verify.h"
#include "usecases/organisations.h"
#include "usecases/seals.h"

namespace anxiao::app {
namespace {

namespace fs = std::filesystem;

constexpr int kRefused = 1;
constexpr int kFoundWanting = 2;
constexpr int kInterrupted = 130;

int refuse(const std::string& why) {
  fmt::print(stderr, "anxiao: {}\n", why);
  return kRefused;
}

// The settings file, then what the command line says.
Result<Settings> settings_of(const Command& ask) {
  Settings out;
  if (!ask.config.empty()) {
    TRY_LET(read, read_settings(ask.config));
    out = read;
  }
  out.data = ask.data.value_or(out.data);
  out.database = ask.database.value_or(out.database);
  out.pack = ask.pack.value_or(out.pack);
  out.web = ask.web.value_or(out.web);
  out.address = ask.address.value_or(out.address);
  out.port = ask.port.value_or(out.port);
  out.clock = ask.clock.value_or(out.clock);
  out.tick_ms = ask.tick_ms.value_or(out.tick_ms);
  return out;
}

std::shared_ptr<const pack::Pack> load_pack(const std::string& folder,
                                            std::vector<pack::Complaint>* warnings = nullptr) {
  auto loaded = pack::load(folder);
  if (warnings) *warnings = std::move(loaded.warnings);
  for (const auto& complaint : loaded.complaints) fmt::print(stderr, "{}\n", complaint.text());
  if (!loaded.pack)
    fmt::print(stderr, "anxiao: the pack in {} is refused; {} to mend\n", folder,
               loaded.complaints.size());
  return loaded.pack;
}

std::optional<std::vector<pack::HolidayYear>> load_years(const std::string& folder) {
  auto loaded = pack::load_holidays(folder);
  for (const auto& complaint : loaded.complaints) fmt::print(stderr, "{}\n", complaint.text());
  if (!loaded.complaints.empty()) return std::nullopt;
  return std::move(loaded.years);
}

std::string slurp(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  if (!in) throw std::runtime_error("cannot read " + file.string());
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

usecases::Progress progress() { return {.tell = tell_progress, .stop = &interrupted()}; }

// The database that the settings name, else the file in the data folder. One that is only read is
// neither made nor migrated.
std::unique_ptr<usecases::Store> open_store(const Settings& settings, Instant now,
                                            bool read_only = false) {
  const fs::path folder = settings.data;
  if (!read_only) fs::create_directories(folder);
  if (settings.database.empty())
    return std::make_unique<store::sqlite::SqliteStore>(
        store::sqlite::Options{.path = folder / kDatabaseFile, .read_only = read_only, .now = now},
        progress());
  return std::make_unique<store::postgres::PostgresStore>(
      store::postgres::Options{.url = settings.database, .now = now}, progress());
}

void print_shown(const std::vector<Shown>& people) {
  fmt::print("One-time passwords, shown only now; each is changed at the first log-in:\n");
  for (const auto& each : people)
    fmt::print("  {:<14} {}   {} {} {}\n", each.login, each.password, each.name, each.post,
               each.organisation);
}

// Runs a long command; an interruption is no fault.
template <class Work>
int interruptible(const Work& work) {
  try {
    return work();
  } catch (const usecases::Interrupted& stopped) {
    fmt::print(stderr, "\nanxiao: {}\n", stopped.what());
    return kInterrupted;
  }
}

// The invented district, and with `--term` the term it has had until now.
Result<std::vector<Shown>> demo_of(const Command& ask, const Settings& settings,
                                   usecases::Store& store, const pack::Pack& pack,
                                   const std::vector<pack::HolidayYear>& years, const Zone& zone,
                                   Instant now) {
  if (!ask.term) return make_demo(store, pack, zone, now, kDemoFile);
  TRY_LET(script, simulation::read_script(simulation::kScriptFile));
  const auto from = simulation::first_day_of_term(pack, zone, now);
  TRY_LET(shown, make_demo(store, pack, zone, zone.start_of(from), kDemoFile, zone.day_of(now)));
  usecases::AttachmentFiles files(fs::path(settings.data) / kAttachmentFolder);
  auto lived = simulation::simulate(store, files, pack, years, zone, script,
                                    {.from = from, .until = now}, progress());
  end_progress();
  if (!lived) return lived.error();
  return shown;
}

template <class Make>
int found(const Command& ask, const Make& make) {
  auto settings = settings_of(ask);
  if (!settings) return refuse(settings.error().detail);
  auto pack = load_pack(settings->pack);
  if (!pack) return kRefused;
  auto clock = make_clock(settings->clock);
  if (!clock) return refuse(clock.error().detail);
  Zone zone(settings->zone);
  Instant now = (*clock)->now();
  const auto opened = open_store(*settings, now);
  usecases::Store& store = *opened;
  if (!is_empty(store))
    return refuse("there is a city in " + settings->data + " already; nothing was changed");
  auto people = make(store, *pack, zone, now);
  if (!people) return refuse(people.error().detail);
  print_shown(*people);
  return 0;
}

}  // namespace

int run_serve(const Command& ask) {
  auto settings = settings_of(ask);
  if (!settings) return refuse(settings.error().detail);
  auto pack = load_pack(settings->pack);
  if (!pack) return kRefused;
  auto years = load_years(settings->calendar);
  if (!years) return kRefused;
  auto clock = make_clock(settings->clock);
  if (!clock) return refuse(clock.error().detail);
  if (settings->log_level == "debug") log::set_level(log::Level::debug);
  if (settings->log_level == "warning") log::set_level(log::Level::warning);
  if (settings->log_level == "error") log::set_level(log::Level::error);
  Instant now = (*clock)->now();
  interrupted();
  return interruptible([&] {
    Zone zone(settings->zone);
    const auto opened = open_store(*settings, now);
    usecases::Store& store = *opened;
    if (store::is_being_moved_into(store))
      return refuse("a move into this database has not ended: run `anxiao move` again");
    std::vector<Shown> people;
    if (is_empty(store)) {
      if (!ask.demo) {
        return refuse(
            "there is no city in " + settings->data +
            " yet: make one with `anxiao init`, or serve the invented district with --demo");
      }
      auto made = demo_of(ask, *settings, store, *pack, *years, zone, now);
      if (!made) return refuse(made.error().detail);
      people = std::move(*made);
    }
    Serving serving(*settings, store, pack, std::move(*years), zone, **clock);
    serving.start();
    if (!people.empty()) print_shown(people);
    fmt::print("Anxiao is at http://{}:{}\n", settings->address, serving.port());
    std::fflush(stdout);
    wait_for_interrupt();
    serving.stop();
    return 0;
  });
}

int run_demo(const Command& ask) {
  auto settings = settings_of(ask);
  if (!settings) return refuse(settings.error().detail);
  auto years = load_years(settings->calendar);
  if (!years) return kRefused;
  interrupted();
  return interruptible([&] {
    return found(ask, [&](auto& store, auto& pack, auto& zone, Instant now) {
      return demo_of(ask, *settings, store, pack, *years, zone, now);
    });
  });
}

int run_simulate(const Command& ask) {
  auto settings = settings_of(ask);
  if (!settings) return refuse(settings.error().detail);
  auto pack = load_pack(settings->pack);
  if (!pack) return kRefused;
  auto years = load_years(settings->calendar);
  if (!years) return kRefused;
  auto clock = make_clock(settings->clock);
  if (!clock) return refuse(clock.error().detail);
  auto script = simulation::read_script(simulation::kScriptFile);
  if (!script) return refuse(script.error().detail);
  interrupted();
  return interruptible([&] {
    Zone zone(settings->zone);
    const Instant now = (*clock)->now();
    const auto from = ask.days > 0 ? zone.day_of(now).plus(-ask.days)
                                   : simulation::first_day_of_term(*pack, zone, now);
    const auto seed = static_cast<std::uint64_t>(ask.seed);
    const auto opened = open_store(*settings, now);
    usecases::Store& store = *opened;
    if (ask.schools > 0) {
      auto made = simulation::found_simulated_city(
          store, *pack, zone, *script, simulation::Dice(seed), zone.start_of(from), ask.schools);
      if (!made) return refuse(made.error().detail);
    }
    usecases::AttachmentFiles files(fs::path(settings->data) / kAttachmentFolder);
    auto lived = simulation::simulate(store, files, *pack, std::move(*years), zone, *script,
                                      {.from = from, .until = now, .seed = seed}, progress());
    end_progress();
    if (!lived) return refuse(lived.error().detail);
    fmt::print(
        "{} days, {} people, {} answers, {} misses, {} rows, {} matters, {} moves, {} lapses\n",
        lived->days, lived->people, lived->answers, lived->misses, lived->rows, lived->opened,
        lived->moves, lived->lapses);
    for (const auto& [key, count] : lived->refused) fmt::print("  refused {} {}\n", count, key);
    return 0;
  });
}

int run_init(const Command& ask) {
  return found(ask, [&](auto& store, auto& pack, auto& zone, Instant now) {
    return make_city(store, pack, zone, now, ask.city, ask.code, ask.login);
  });
}

int run_import(const Command& ask) {
  auto settings = settings_of(ask);
  if (!settings) return refuse(settings.error().detail);
  auto pack = load_pack(settings->pack);
  if (!pack) return kRefused;
  Zone zone(settings->zone);
  Instant now = system_clock()->now();
  interrupted();
  return interruptible([&] {
    const auto opened = open_store(*settings, now);
    usecases::Store& store = *opened;
    auto actor = city_actor(store);
    if (!actor)
      return refuse("there is no city in " + settings->data + " yet: make one with `anxiao init`");
    usecases::Office office{*pack, zone, now, *actor};
    usecases::ImportAsk wanted;
    wanted.name = fs::path(ask.file).filename();
    wanted.dry_run = ask.dry_run;
    wanted.kinds = ask.kinds;
    if (!ask.into.empty()) {
      auto district = organisation_named(store, usecases::kDistrictKind, ask.into);
      if (!district) return refuse("there is no district named " + ask.into);
      wanted.all_into = *district;
    }
    Result<usecases::Imported> imported = usecases::Imported{};
    store.write([&](usecases::Transaction& transaction) {
      imported =
          usecases::import_organisations(transaction, office, wanted, slurp(ask.file), progress());
      return imported.has_value();
    });
    if (!imported) return refuse(imported.error().detail);
    for (const auto& each : imported->refused)
      fmt::print("{}:{}: {} {}\n", wanted.name, each.line, each.reason, each.value);
    fmt::print("{} rows, {} taken, {} made, {} refused\n", imported->rows, imported->taken,
               imported->created, imported->refused.size());
    return 0;
  });
}

int run_pack_check(const Command& ask) {
  auto settings = settings_of(ask);
  if (!settings) return refuse(settings.error().detail);
  std::vector<pack::Complaint> warnings;
  auto pack = load_pack(settings->pack, &warnings);
  if (!pack) return kRefused;
  for (const auto& warning : warnings) fmt::print("warning: {}\n", warning.text());
  fmt::print("{} {}: sound; {} clauses, {} charts, {} checklists, {} numbers\n", pack->id,
             pack->version, pack->clauses.size(), pack->charts.size(), pack->checklists.size(),
             pack->terms.size());
  return 0;
}

int run_pack_trace(const Command& ask) {
  auto settings = settings_of(ask);
  if (!settings) return refuse(settings.error().detail);
  auto pack = load_pack(settings->pack);
  if (!pack) return kRefused;
  auto cases = pack::load_cases(settings->pack);
  for (const auto& complaint : cases.complaints) fmt::print(stderr, "{}\n", complaint.text());
  if (!cases.complaints.empty()) return kRefused;
  const auto counts = pack::count_by_requirement(cases);
  fmt::print("{}", ask.format == "markdown" ? pack::trace_in_markdown(*pack, counts)
                                            : pack::trace_in_lines(*pack, counts));
  return 0;
}

int run_pack_burden(const Command& ask) {
  auto settings = settings_of(ask);
  if (!settings) return refuse(settings.error().detail);
  auto pack = load_pack(settings->pack);
  if (!pack) return kRefused;
  fmt::print("{}", pack::burden_in_lines(*pack));
  return 0;
}

int run_journal_verify(const Command& ask) {
  usecases::PublicKeys trusted;
  auto settings = settings_of(ask);
  if (!settings) return refuse(settings.error().detail);
  if (!ask.key.empty()) {
    std::string key = from_hex(std::string(slurp(ask.key)).substr(0, 64));
    if (key.size() != 32) return refuse(ask.key + " holds no public key");
    trusted[usecases::key_id_of(key)] = key;
  }
  if (!ask.proof.empty()) {
    boost::json::error_code error;
    auto proof = boost::json::parse(slurp(ask.proof), error);
    if (error) return refuse(ask.proof + " is no JSON");
    auto held = usecases::verify_proof(proof, trusted);
    if (!held) {
      fmt::print("the proof does not hold: {}\n", held.error().detail);
      return kFoundWanting;
    }
    fmt::print("the proof holds\n");
    return 0;
  }
  if (trusted.empty()) trusted = usecases::read_public_keys(fs::path(settings->data) / kKeyFolder);
  interrupted();
  return interruptible([&] {
    const auto opened = open_store(*settings, {}, true);
    usecases::Store& store = *opened;
    usecases::Verification found;
    store.read(
        [&](usecases::Reader& reader) { found = verify_journal(reader, trusted, progress()); });
    end_progress();
    for (const auto& each : found.findings)
      fmt::print("{}: entry {}, seal {}: {}\n", word_of(each.kind), each.seq, each.seal,
                 each.detail);
    if (found.more_findings) fmt::print("and {} more\n", found.more_findings);
    fmt::print("{} entries, {} of them under {} seals; newest chained root {}\n", found.entries,
               found.sealed, found.seals, found.last_chained);
    fmt::print("{}\n", found.sound() ? "the journal is sound" : "the journal was altered");
    return found.sound() ? 0 : kFoundWanting;
  });
}

int run_journal_prove(const Command& ask) {
  auto settings = settings_of(ask);
  if (!settings) return refuse(settings.error().detail);
  auto keys = usecases::read_public_keys(fs::path(settings->data) / kKeyFolder);
  const auto opened = open_store(*settings, {}, true);
  usecases::Store& store = *opened;
  Result<boost::json::object> proof = boost::json::object{};
  store.read(
      [&](usecases::Reader& reader) { proof = usecases::prove_entry(reader, keys, ask.seq); });
  if (!proof) return refuse(proof.error().detail);
  std::cout << boost::json::serialize(*proof) << '\n';
  return 0;
}

int run_move(const Command& ask) {
  auto settings = settings_of(ask);
  if (!settings) return refuse(settings.error().detail);
  constexpr std::string_view kFile = "sqlite:";
  const Instant now = system_clock()->now();
  const auto opened = [&](const std::string& address) -> std::unique_ptr<usecases::Store> {
    if (!address.starts_with(kFile))
      return std::make_unique<store::postgres::PostgresStore>(
          store::postgres::Options{.url = address, .now = now}, progress());
    return std::make_unique<store::sqlite::SqliteStore>(
        store::sqlite::Options{.path = address.substr(kFile.size()), .now = now}, progress());
  };
  if (ask.from.starts_with(kFile) && !fs::exists(ask.from.substr(kFile.size())))
    return refuse("there is no file " + ask.from.substr(kFile.size()));
  interrupted();
  return interruptible([&] {
    const auto from = opened(ask.from), to = opened(ask.to);
    auto moved = store::move_city(*from, *to, progress());
    end_progress();
    if (!moved) return refuse(moved.error().detail);
    for (const auto& table : moved->tables)
      fmt::print("{:<20} {:>9} rows  {}\n", table.name, table.rows, table.sha256.substr(0, 16));
    const auto keys = usecases::read_public_keys(fs::path(settings->data) / kKeyFolder);
    usecases::Verification found;
    to->read([&](usecases::Reader& reader) { found = verify_journal(reader, keys, progress()); });
    end_progress();
    fmt::print("{} rows moved, {} there, the same in both; the journal of {} entries {}\n",
               moved->moved, moved->rows, found.entries,
               found.sound() ? "is sound under its seals" : "DOES NOT VERIFY");
    return found.sound() ? 0 : kFoundWanting;
  });
}

int run_backup(const Command& ask) {
  auto settings = settings_of(ask);
  if (!settings) return refuse(settings.error().detail);
  if (!settings->database.empty())
    return refuse(
        "the city is in PostgreSQL, which brings its own backup: pg_basebackup and an archive of "
        "its log, and a copy of the data folder for attachments and keys");
  interrupted();
  return interruptible([&] {
    fs::path data = settings->data;
    auto made = store::backup({.database = data / kDatabaseFile,
                               .attachments = data / kAttachmentFolder,
                               .keys = data / kKeyFolder,
                               .to = ask.to,
                               .now = system_clock()->now()},
                              progress());
    end_progress();
    if (!made) return refuse(made.error().detail);
    fmt::print("{}\n", made->string());
    return 0;
  });
}

int run_restore(const Command& ask) {
  auto settings = settings_of(ask);
  if (!settings) return refuse(settings.error().detail);
  interrupted();
  return interruptible([&] {
    auto done = store::restore(ask.from, settings->data, progress());
    end_progress();
    if (!done) return refuse(done.error().detail);
    fmt::print("restored into {}\n", settings->data);
    return 0;
  });
}

}  // namespace anxiao::app
