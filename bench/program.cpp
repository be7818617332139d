#include "bench/program.h"

#include <fmt/format.h>
#include <signal.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <boost/json.hpp>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <thread>

#include "bench/socket.h"

namespace anxiao::bench {

namespace fs = std::filesystem;
namespace json = boost::json;

Program::Program(const std::string& binary, const fs::path& data,
                 std::map<std::string, std::string>& one_time, const std::string& clock,
                 const std::string& database)
    : passwords_(one_time) {
  fs::path out = data.string() + ".out";
  std::fflush(stdout);
  process_ = fork();
  if (process_ == 0) {
    if (!freopen(out.c_str(), "w", stdout)) _exit(126);
    std::vector<std::string> words{binary,        "serve",  "--demo", "--data",
                                   data.string(), "--port", "0"};
    if (!clock.empty()) words.insert(words.end(), {"--clock", clock});
    if (!database.empty()) words.insert(words.end(), {"--database", database});
    std::vector<char*> arguments;
    for (auto& word : words) arguments.push_back(word.data());
    arguments.push_back(nullptr);
    execv(binary.c_str(), arguments.data());
    _exit(127);
  }
  for (int i = 0; i < 1200 && port_ == 0; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    std::ifstream in(out);
    for (std::string line; std::getline(in, line);) {
      if (auto at = line.find("http://127.0.0.1:"); at != std::string::npos)
        port_ = static_cast<std::uint16_t>(std::stoi(line.substr(at + 17)));
      if (line.starts_with("  ")) {
        std::istringstream words(line);
        std::string login, password;
        words >> login >> password;
        passwords_[login] = password;
      }
    }
  }
  if (port_ == 0) throw std::runtime_error("the server did not start");
}

Program::~Program() {
  kill(process_, SIGTERM);
  waitpid(process_, nullptr, 0);
}

double Program::cpu_seconds() const {
  clockid_t clock{};
  timespec used{};
  if (clock_getcpuclockid(process_, &clock) != 0 || clock_gettime(clock, &used) != 0)
    throw std::runtime_error("the server's use of processors cannot be read");
  return double(used.tv_sec) + double(used.tv_nsec) / 1e9;
}

double thread_cpu_seconds() {
  timespec used{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &used);
  return double(used.tv_sec) + double(used.tv_nsec) / 1e9;
}

std::string Program::enter(const std::string& login, const std::string& chosen) {
  Socket line = Socket::connect(port_);
  auto begin = [&](const std::string& password) {
    auto answer =
        ask(line, request("POST", "/api/v1/session", "none=1",
                          json::serialize(json::object{{"login", login}, {"password", password}})));
    if (answer.status != 200) throw std::runtime_error("cannot log in: " + answer.body);
    auto at = answer.head.find("anxiao_session=");
    return answer.head.substr(at, answer.head.find(';', at) - at);
  };
  if (auto first = passwords_.find(login); first != passwords_.end()) {
    auto cookie = begin(first->second);
    auto changed =
        ask(line, request("PUT", "/api/v1/session/password", cookie,
                          json::serialize(json::object{{"old", first->second}, {"new", chosen}})));
    if (changed.status != 204)
      throw std::runtime_error("cannot change the password: " + changed.body);
    passwords_.erase(first);
    return cookie;
  }
  return begin(chosen);
}

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

void report(const std::string& what, double ours, double limit, const std::string& unit,
            const std::string& goal) {
  fmt::print("{:<52} ours {:>10.1f} {:<6} limit {:>10.1f}  ratio {:>8.3f}  goal {}\n", what, ours,
             unit, limit, ours / limit, goal);
  std::fflush(stdout);
}

}  // namespace anxiao::bench
