// One event to many listening clients: how long until the last one has it.

#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace anxiao::bench {

struct Fanned {
  double last_p50_ms = 0;  // median over the rounds of the last client's delay
  double last_best_ms = 0;
  int lost = 0;
};

// Opens `clients` connections to `port`, says `hello` on each, waits until each has heard
// `greeting`; then calls `send` `rounds` times and measures until every client has read one more
// `mark`.
Fanned fan_out(std::uint16_t port, int clients, const std::string& hello,
               const std::string& greeting, const std::string& mark, int rounds,
               const std::function<void()>& send);

// The limit: an epoll loop that writes the same bytes to each of its clients when poked.
class BareLoop {
 public:
  explicit BareLoop(std::string message);
  ~BareLoop();
  std::uint16_t port() const { return port_; }
  void poke();

 private:
  struct Held;
  std::uint16_t port_ = 0;
  Held* held_;
};

}  // namespace anxiao::bench
