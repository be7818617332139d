// For tests: a PostgreSQL server of their own, from Debian's package, in a temporary folder and
// reached only by a socket in it; it ends with the process. Where the package is absent there is
// none, and tests that want one are skipped.

#pragma once

#include <pwd.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "store/postgres/connection.h"
#include "store/temporary_folder.h"

namespace anxiao::store::postgres {

class TestServer {
 public:
  // The one of this process, started when first asked for; nothing where the package is absent.
  static TestServer* shared() {
    static const auto kServer = []() -> std::unique_ptr<TestServer> {
      if (programs().empty() || (::geteuid() == 0 && !account())) return nullptr;
      auto server = std::unique_ptr<TestServer>(new TestServer);
      server->make();
      server->start();
      return server;
    }();
    return kServer.get();
  }
  ~TestServer() {
    if (server_ > 0) kill();
  }

  // The folder of the newest version that is installed.
  static std::filesystem::path programs() {
    std::filesystem::path found;
    std::error_code none;
    for (const auto& version : std::filesystem::directory_iterator("/usr/lib/postgresql", none))
      if (exists(version.path() / "bin" / "initdb") && version.path() / "bin" > found)
        found = version.path() / "bin";
    return found;
  }

  // The address of a database of that name, made where there is none.
  std::string database(const std::string& name) {
    Connection connection(url("postgres"));
    const usecases::Value params[] = {name};
    if (connection.number("SELECT count(*) FROM pg_database WHERE datname = $1", params) == 0)
      connection.script("CREATE DATABASE \"" + name + "\"");
    return url(name);
  }

  // Ends the server at once, without its leave.
  void kill() {
    ::kill(server_, SIGQUIT);
    ::waitpid(server_, nullptr, 0);
    server_ = 0;
  }
  void start() {
    const auto& folder = folder_.path();
    server_ = run({programs() / "postgres", "-D", folder / "data", "-k", folder, "-c",
                   "listen_addresses=", "-c", "max_connections=200"},
                  folder / "server.log");
    const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(30);
    for (;;) {
      try {
        Connection(url("postgres"));
        return;
      } catch (const usecases::DatabaseFault&) {
        if (std::chrono::steady_clock::now() > until) throw;
        std::this_thread::sleep_for(std::chrono::milliseconds(50));
      }
    }
  }

 private:
  TestServer() = default;

  // The server refuses to run as root; Debian's package brings an account for it.
  static const passwd* account() { return ::geteuid() == 0 ? ::getpwnam("postgres") : nullptr; }
  std::string url(const std::string& name) const {
    return "host=" + folder_.path().string() + " user=anxiao dbname=" + name;
  }

  void make() {
    const auto& folder = folder_.path();
    if (const auto* as = account())
      if (::chown(folder.c_str(), as->pw_uid, as->pw_gid) != 0)
        throw std::runtime_error("the folder of the database server cannot be given away");
    int status = 0;
    const auto made = run({programs() / "initdb", "-D", folder / "data", "-U", "anxiao",
                           "--locale=C.UTF-8", "--encoding=UTF8", "--auth=trust", "--no-sync"},
                          folder / "initdb.log");
    ::waitpid(made, &status, 0);
    if (status != 0) throw std::runtime_error("initdb failed: see " + folder.string());
  }

  // The child ends with this process, however that ends.
  static pid_t run(const std::vector<std::string>& words, const std::filesystem::path& log) {
    const auto* as = account();
    // What is still to be printed is printed once.
    std::fflush(nullptr);
    const pid_t child = ::fork();
    if (child < 0) throw std::runtime_error("no process for the database server");
    if (child > 0) return child;
    if (as && (::setgid(as->pw_gid) != 0 || ::setuid(as->pw_uid) != 0)) ::_exit(126);
    // Changing the account would clear it.
    ::prctl(PR_SET_PDEATHSIG, SIGQUIT);
    if (!::freopen(log.c_str(), "a", stdout) || !::freopen(log.c_str(), "a", stderr)) ::_exit(125);
    std::vector<char*> arguments;
    for (const auto& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
    arguments.push_back(nullptr);
    ::execv(arguments.front(), arguments.data());
    ::_exit(127);
  }

  TemporaryFolder folder_;
  pid_t server_ = 0;
};

}  // namespace anxiao::store::postgres
