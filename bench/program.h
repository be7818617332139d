// The program itself, running over a data folder, and what a bench says of it.

#pragma once

#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace anxiao::bench {

class Program {
 public:
  // `one_time` keeps what the first start printed for the starts after it. `clock` as `serve` takes
  // it; empty: the machine's own.
  // `database`: an address of PostgreSQL; empty: the file in the folder.
  Program(const std::string& binary, const std::filesystem::path& data,
          std::map<std::string, std::string>& one_time, const std::string& clock = {},
          const std::string& database = {});
  ~Program();
  Program(const Program&) = delete;
  Program& operator=(const Program&) = delete;
  std::uint16_t port() const { return port_; }
  // Of processors, up to now, in all its threads.
  double cpu_seconds() const;

  // Logs in with the one-time password, changes it, and gives the cookie.
  std::string enter(const std::string& login, const std::string& chosen);

 private:
  std::map<std::string, std::string>& passwords_;
  pid_t process_ = 0;
  std::uint16_t port_ = 0;
};

double median(std::vector<double> values);
// Of processors, of the calling thread.
double thread_cpu_seconds();

void report(const std::string& what, double ours, double limit, const std::string& unit,
            const std::string& goal);

}  // namespace anxiao::bench
