// The command line: each verb is one function of app/commands.h.

#include <CLI/CLI.hpp>

#include <cstdio>
#include <exception>

#include "app/commands.h"

int main(int argc, char** argv) {
  using namespace anxiao::app;
  CLI::App program("Anxiao: a city's school-safety notice, kept sentence by sentence");
  program.require_subcommand(1);
  program.set_help_all_flag("--help-all", "what every command takes");

  Command ask;
  auto data = [&](CLI::App* verb) {
    verb->add_option("--config", ask.config,
                     "settings file (config/anxiao.toml explains every key)");
    verb->add_option("--data", ask.data, "data folder");
    verb->add_option("--database", ask.database,
                     "postgresql://user@host/name; absent: a SQLite file in the data folder");
    return verb;
  };
  auto pack = [&](CLI::App* verb) {
    verb->add_option("--pack", ask.pack, "folder of the notice as data");
    return verb;
  };

  auto* serve = pack(data(program.add_subcommand("serve", "serve the pages and the API")));
  serve->add_option("--address", ask.address, "address to listen on");
  serve->add_option("--port", ask.port, "port to listen on; 0 takes a free one");
  serve->add_option("--web", ask.web, "folder of the built pages");
  serve->add_option("--clock", ask.clock, "system, fixed:INSTANT, from:INSTANT*PACE or file:PATH");
  serve->add_option("--tick-ms", ask.tick_ms, "how often terms are looked at, in milliseconds");
  serve->add_flag("--demo", ask.demo, "make the invented district where there is no data yet");

  serve->add_flag("--term", ask.term, "with --demo: let the district live through its term first");

  auto* demo = pack(data(program.add_subcommand("demo", "make the invented district and end")));
  demo->add_option("--clock", ask.clock, "as for serve");
  demo->add_flag("--term", ask.term, "let the district live through its term as well");

  auto* simulate = pack(data(
      program.add_subcommand("simulate", "make an invented city and let it live for some days")));
  simulate
      ->add_option("--schools", ask.schools, "schools of a new city; none: the one that is there")
      ->check(CLI::Range(0, 100'000));
  simulate->add_option("--days", ask.days, "days up to now; none: since its term began")
      ->check(CLI::Range(0, 1000));
  simulate->add_option("--seed", ask.seed, "the same seed gives the same year");
  simulate->add_option("--clock", ask.clock, "as for serve");

  auto* init =
      pack(data(program.add_subcommand("init", "make an empty city with one administrator")));
  init->add_option("--city", ask.city, "name of the municipality")->required();
  init->add_option("--code", ask.code, "its six-digit division code")->required();
  init->add_option("--login", ask.login, "the administrator's login")->required();

  auto* import =
      pack(data(program.add_subcommand("import", "import schools from a CSV or XLSX file")));
  import->add_option("file", ask.file, "the file")->required()->check(CLI::ExistingFile);
  import->add_option("--into", ask.into, "name of the district that takes every row");
  import->add_option("--kind", ask.kinds, "kinds of school to take; all where none is named");
  import->add_flag("--dry-run", ask.dry_run, "only say what would be refused");

  auto* packs = program.add_subcommand("pack", "the notice as data");
  packs->require_subcommand(1);
  auto* check = pack(packs->add_subcommand("check", "name every fault with file, line and remedy"));
  auto* trace =
      pack(packs->add_subcommand("trace", "each requirement with its norms, holders and cases"));
  trace->add_option("--format", ask.format, "lines, or markdown: what docs/coverage.md is")
      ->check(CLI::IsMember({"lines", "markdown"}));
  auto* burden = pack(packs->add_subcommand(
      "burden", "minutes a week asked of each kind of school, by the office that asks"));

  auto* journal = program.add_subcommand("journal", "what happened, provably");
  journal->require_subcommand(1);
  auto* verify =
      data(journal->add_subcommand("verify", "recompute every hash, root, chain and signature"));
  verify->add_option("--proof", ask.proof, "check this proof, without a database");
  verify->add_option("--key", ask.key,
                     "the public key to trust, as a file; the data folder's where absent");
  auto* prove = data(journal->add_subcommand("prove", "write the proof of one entry"));
  prove->add_option("seq", ask.seq, "sequence of the entry")->required();

  auto* move = data(program.add_subcommand(
      "move", "carry the city to another database, and prove that both say the same"));
  move->add_option("--from", ask.from, "sqlite:FILE or postgresql://user@host/name")->required();
  move->add_option("--to", ask.to, "the same, of an empty database")->required();

  auto* backup = data(program.add_subcommand("backup", "copy everything while people work"));
  backup->add_option("--to", ask.to, "folder that keeps backups")->required();
  auto* restore =
      data(program.add_subcommand("restore", "bring a backup back into an empty folder"));
  restore->add_option("--from", ask.from, "the backup's folder")->required();
  auto* version = program.add_subcommand("version", "print the version");

  CLI11_PARSE(program, argc, argv);

  try {
    if (*serve) return run_serve(ask);
    if (*demo) return run_demo(ask);
    if (*simulate) return run_simulate(ask);
    if (*init) return run_init(ask);
    if (*import) return run_import(ask);
    if (*check) return run_pack_check(ask);
    if (*trace) return run_pack_trace(ask);
    if (*burden) return run_pack_burden(ask);
    if (*verify) return run_journal_verify(ask);
    if (*prove) return run_journal_prove(ask);
    if (*move) return run_move(ask);
    if (*backup) return run_backup(ask);
    if (*restore) return run_restore(ask);
    if (*version) std::puts(ANXIAO_VERSION);
    return 0;
  } catch (const std::exception& fault) {
    std::fprintf(stderr, "anxiao: %s\n", fault.what());
    return 1;
  }
}
