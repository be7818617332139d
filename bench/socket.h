// Plain loopback sockets for the benches: connect, say, hear. Faults are thrown: a bench that
// cannot connect has nothing to measure.

#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace anxiao::bench {

class Socket {
 public:
  explicit Socket(int descriptor) : descriptor_(descriptor) {}
  Socket(Socket&& other) noexcept : descriptor_(other.descriptor_) { other.descriptor_ = -1; }
  Socket& operator=(Socket&& other) noexcept;
  ~Socket();
  static Socket connect(std::uint16_t port);
  // Listens on a free port of loopback, which it stores in `port`.
  static Socket listen(std::uint16_t& port);
  int get() const { return descriptor_; }
  void say(std::string_view bytes) const;
  void never_wait() const;

 private:
  int descriptor_;
};

// One answer of a keep-alive connection with a Content-Length.
struct Answer {
  int status = 0;
  std::string head;
  std::string body;
};
Answer ask(const Socket& socket, const std::string& request);
// The whole request: method, path, headers of a browser, body.
std::string request(std::string_view method, std::string_view path, std::string_view cookie,
                    std::string_view body);

// Lets this process hold as many sockets as the system allows.
void raise_descriptors();

}  // namespace anxiao::bench
