#include "bench/postgres.h"

#include <fmt/format.h>

#include <cstdio>
#include <fstream>
#include <regex>
#include <stdexcept>

#include "base/ids.h"
#include "base/json_map.h"
#include "bench/creation.h"
#include "bench/load.h"
#include "bench/program.h"
#include "bench/socket.h"
#include "store/postgres/postgres_store.h"
#include "store/postgres/test_server.h"

namespace anxiao::bench {
namespace {

namespace fs = std::filesystem;

std::string quoted(const std::string& text) {
  std::string out = "'";
  for (const char letter : text) {
    if (letter == '\'') out += '\'';
    out += letter;
    // What follows a colon would be taken for a variable.
    if (letter == ':') out += "'||'";
  }
  return out + "'";
}

// A parameter as pgbench sends it: what holds the id holds the id of this run.
std::string as_sql(const usecases::Value& value, const std::string& id, bool json_wanted) {
  if (const auto* number = std::get_if<std::int64_t>(&value)) return std::to_string(*number);
  if (const auto* real = std::get_if<double>(&value)) return fmt::format("{}", *real);
  if (const auto* flag = std::get_if<bool>(&value)) return *flag ? "TRUE" : "FALSE";
  const auto* text = std::get_if<std::string>(&value);
  if (!text) return "NULL";
  const auto sql = text->find(id) == std::string::npos
                       ? quoted(*text)
                       : fmt::format("replace({}, {}, :id)", quoted(*text), quoted(id));
  const bool is_json = json_wanted && (text->starts_with('{') || text->starts_with('['));
  return is_json ? "CAST(" + sql + " AS json)" : sql;
}

std::string script_of(const std::vector<Statement>& statements, const std::string& id) {
  std::string out =
      "SELECT '500190.' || gen_random_uuid() AS id, nextval('bench_seq') AS seq \\gset\nBEGIN;\n";
  static const std::regex kPlace(R"(\$(\d+))");
  for (const auto& statement : statements) {
    std::string sql = statement.sql;
    const bool is_journal = sql.starts_with("INSERT INTO journal");
    if (is_journal)
      sql =
          "INSERT INTO journal (district, seq, organisation, path, holder, kind, noun, subject, "
          "actor, happened_at, known_at, data, hash) "
          "VALUES ($1, :seq, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)";
    std::string line;
    auto at = sql.cbegin();
    for (std::sregex_iterator place(sql.begin(), sql.end(), kPlace), end; place != end; ++place) {
      line.append(at, (*place)[0].first);
      line += as_sql(statement.params.at(std::stoul((*place)[1].str()) - 1), id, !is_journal);
      at = (*place)[0].second;
    }
    line.append(at, sql.cend());
    out += line + ";\n";
  }
  return out + "COMMIT;\n";
}

double pgbench(const fs::path& programs, const std::string& url, const fs::path& script,
               int clients, double seconds) {
  const auto command = fmt::format("{} -n -M prepared -c {} -j 1 -T {} -f {} '{}' 2>&1",
                                   (programs / "pgbench").string(), clients,
                                   std::max(3, static_cast<int>(seconds)), script.string(), url);
  std::FILE* out = ::popen(command.c_str(), "r");
  if (!out) throw std::runtime_error("pgbench cannot be run");
  std::string text;
  char piece[4096];
  while (std::fgets(piece, sizeof piece, out)) text += piece;
  ::pclose(out);
  std::smatch found;
  if (!std::regex_search(text, found, std::regex(R"(tps = ([0-9.]+))")))
    throw std::runtime_error("pgbench failed: " + text);
  return std::stod(found[1].str());
}

}  // namespace

void creation_in_postgres(const std::string& binary, const fs::path& folder, const pack::Pack& pack,
                          const Zone& zone, bool quick) {
  auto* server = store::postgres::TestServer::shared();
  if (!server) {
    fmt::print("(h) no PostgreSQL is installed (Debian: postgresql-15)\n");
    return;
  }
  const auto raw = server->database("raw"), ours = server->database("ours");
  const Instant now = system_clock()->now();
  const auto script = folder / "creation.sql";
  {
    store::postgres::PostgresStore store({.url = raw, .now = now});
    const auto caught = caught_creation(store, pack, zone, now);
    std::ofstream(script) << script_of(caught.statements, caught.id);
    store::postgres::Connection(raw).script("CREATE SEQUENCE bench_seq START 1000000");
    fmt::print("creating a hazard in PostgreSQL takes {} statements\n", caught.statements.size());
  }
  std::map<std::string, std::string> one_time;
  Program program(binary, folder / "postgres", one_time, {}, ours);
  const auto cookie = program.enter("menwei", "bench-lantern-river-7");
  Socket line = Socket::connect(program.port());
  const auto me = json::parse(ask(line, request("GET", "/api/v1/session", cookie, {})).body);
  const std::string school(me.at("postings").at(0).at("organisation").at("id").as_string());
  const std::string district(me.at("postings").at(0).at("district").as_string());
  int number = 0;
  const auto next = [&] {
    return request("PUT", "/api/v1/loops/hazard/matters/" + new_id(district, system_clock()->now()),
                   cookie, hazard_body(school, ++number));
  };
  const double seconds = quick ? 1 : 4;
  for (const int clients : {32, 256}) {
    std::vector<double> mine, limit, p50, p99;
    for (int round = 0; round < 3; ++round) {
      limit.push_back(pgbench(store::postgres::TestServer::programs(), raw, script,
                              std::min(clients, 150), seconds));
      const auto loaded = load(program.port(), clients, seconds, next);
      if (loaded.refused) throw std::runtime_error("a creation was refused");
      mine.push_back(loaded.per_second);
      p50.push_back(loaded.p50_ms);
      p99.push_back(loaded.p99_ms);
    }
    report(fmt::format("(h) create in PostgreSQL, {} clients / pgbench", clients), median(mine),
           median(limit), "/s", ">= 0.8");
    fmt::print("    p50 {:.1f} ms, p99 {:.1f} ms\n", median(p50), median(p99));
  }
}

}  // namespace anxiao::bench
