// For tests that do not care which engine they run on: a store in a folder of their own, or with
// ANXIAO_TEST_STORE=postgres in a database of their own.

#pragma once

#include <cstdlib>
#include <filesystem>
#include <memory>
#include <stdexcept>
#include <string>

#include "base/hash.h"
#include "store/postgres/postgres_store.h"
#include "store/postgres/test_server.h"
#include "store/sqlite/sqlite_store.h"

namespace anxiao::store {

inline std::unique_ptr<usecases::Store> test_store(const std::filesystem::path& folder,
                                                   Instant now) {
  const char* engine = std::getenv("ANXIAO_TEST_STORE");
  if (!engine || std::string(engine) != "postgres")
    return std::make_unique<sqlite::SqliteStore>(
        sqlite::Options{.path = folder / "anxiao.sqlite", .now = now});
  auto* server = postgres::TestServer::shared();
  if (!server) throw std::runtime_error("no PostgreSQL is installed (Debian: postgresql-15)");
  return std::make_unique<postgres::PostgresStore>(postgres::Options{
      .url = server->database("t" + sha256_hex(folder.string()).substr(0, 20)), .now = now});
}

}  // namespace anxiao::store
