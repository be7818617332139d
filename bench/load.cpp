#include "bench/load.h"

#include <sys/epoll.h>
#include <sys/socket.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <deque>
#include <stdexcept>
#include <vector>

#include "bench/socket.h"

namespace anxiao::bench {
namespace {

using Now = std::chrono::steady_clock;

double ms_since(Now::time_point then) {
  return std::chrono::duration<double, std::milli>(Now::now() - then).count();
}

struct Line {
  Socket socket;
  std::string got;
  Now::time_point asked;
};

// Whether one answer is whole; takes it off and gives its status.
bool take(std::string& got, int& status) {
  auto end = got.find("\r\n\r\n");
  if (end == std::string::npos) return false;
  auto at = got.find("ontent-Length: ");
  if (at == std::string::npos) at = got.find("ontent-length: ");
  std::size_t length =
      at != std::string::npos && at < end ? std::strtoul(got.c_str() + at + 15, nullptr, 10) : 0;
  if (got.size() < end + 4 + length) return false;
  status = std::atoi(got.c_str() + 9);
  got.erase(0, end + 4 + length);
  return true;
}

}  // namespace

Loaded load(std::uint16_t port, int connections, double seconds,
            const std::function<std::string()>& make) {
  Loaded out;
  int poll = epoll_create1(EPOLL_CLOEXEC);
  std::deque<Line> lines;
  for (int i = 0; i < connections; ++i) {
    lines.push_back({Socket::connect(port), {}, {}});
    epoll_event wanted{};
    wanted.events = EPOLLIN;
    wanted.data.ptr = &lines.back();
    epoll_ctl(poll, EPOLL_CTL_ADD, lines.back().socket.get(), &wanted);
  }
  std::vector<double> took;
  auto began = Now::now();
  for (auto& line : lines) {
    line.asked = Now::now();
    line.socket.say(make());
  }
  int open = connections;
  std::vector<epoll_event> events(64);
  char piece[65536];
  while (open > 0) {
    int ready = epoll_wait(poll, events.data(), static_cast<int>(events.size()), 5000);
    if (ready == 0) throw std::runtime_error("the server has not answered for five seconds");
    for (int i = 0; i < ready; ++i) {
      auto& line = *static_cast<Line*>(events[i].data.ptr);
      ssize_t size = ::recv(line.socket.get(), piece, sizeof piece, 0);
      if (size <= 0) throw std::runtime_error("the server closed a connection");
      line.got.append(piece, static_cast<std::size_t>(size));
      int status = 0;
      while (take(line.got, status)) {
        took.push_back(ms_since(line.asked));
        ++(status / 100 == 2 ? out.answered : out.refused);
        if (ms_since(began) < seconds * 1000) {
          line.asked = Now::now();
          line.socket.say(make());
        } else {
          epoll_ctl(poll, EPOLL_CTL_DEL, line.socket.get(), nullptr);
          --open;
        }
      }
    }
  }
  double passed = ms_since(began) / 1000;
  std::sort(took.begin(), took.end());
  out.per_second = double(out.answered) / passed;
  if (!took.empty()) {
    out.p50_ms = took[took.size() / 2];
    out.p99_ms = took[took.size() * 99 / 100];
  }
  return out;
}

}  // namespace anxiao::bench
