// The HTTP/1.1 server: sockets, limits and time; what is asked and answered is the business of an
// Answerer. One io_context and one thread each for `threads` loops; a connection lives on one of
// them and is served one request at a time, so nothing in it needs a lock. No Boost.Asio here.
//
// It refuses before it spends: the head is bounded, the Answerer says how large a body may be
// before a byte of it is read, and whoever sends or reads too slowly is let go.

#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/http/message.h"
#include "base/time.h"

namespace anxiao::api::http {

class Connection;

// The way back for one answer: called once, from any thread. An answer that is dropped instead
// becomes a 500, so that nobody waits for ever.
class Reply {
 public:
  Reply() = default;
  explicit Reply(std::shared_ptr<Connection> connection);
  Reply(Reply&& other) noexcept;
  Reply& operator=(Reply&& other) noexcept;
  Reply(const Reply&) = delete;
  Reply& operator=(const Reply&) = delete;
  ~Reply();
  void operator()(Response response);

 private:
  std::shared_ptr<Connection> connection_;
};

// What is decided when only the head is known: how much body may follow, or the answer at once.
struct Admission {
  std::size_t body_limit = 0;
  std::shared_ptr<void> held = {};  // handed on to `answer`
  std::optional<Response> instead = {};
};

class Answerer {
 public:
  virtual ~Answerer() = default;
  // Both on the connection's io thread; they must not wait.
  virtual Admission admit(Request& head) = 0;
  virtual void answer(Request&& request, std::shared_ptr<void> held, Reply reply) = 0;
  // What the server itself refuses, in the Answerer's own form.
  virtual Response refusal(int status, std::string_view key, std::string_view detail) = 0;
};

struct Limits {
  std::size_t head_bytes = 16 * 1024;
  std::size_t target_bytes = 8 * 1024;
  std::size_t head_fields = 100;
  std::size_t connections = 10'000;
  std::size_t stream_queue_bytes = 256 * 1024;
  std::size_t discarded_bytes = 64 * 1024;  // of a refused body, read so that the answer arrives
  std::int64_t head_ms = 10'000;      // from the first byte, or the connection, to the head's end
  std::int64_t idle_ms = 75'000;      // between requests
  std::int64_t progress_ms = 20'000;  // a body or a reader must move on within this
  std::size_t progress_bytes = 8 * 1024;  // by so much of a body
  std::int64_t linger_ms = 2'000;
  std::int64_t heartbeat_ms = 15'000;
  std::int64_t stream_ms = 60 * 60'000;  // then the client comes again and is asked who it is
  std::int64_t sweep_ms = 1'000;
};

struct ServerOptions {
  std::string address = "127.0.0.1";
  std::uint16_t port = 0;                         // 0: a free one
  int threads = 0;                                // 0: by the machine's processors
  std::vector<std::string> trusted_proxies = {};  // whose X-Forwarded-For is believed
  Limits limits = {};
};

class Server {
 public:
  // `clock` gives the Date header; both must outlive the server.
  Server(ServerOptions options, Answerer& answerer, const Clock& clock);
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  // Binds and begins to serve on threads of its own. Throws std::system_error where the address
  // is taken or is no address.
  void start();
  std::uint16_t port() const;  // the one in use
  std::size_t connections() const;

  // Takes no more connections, lets what is in flight finish for `grace_ms`, then ends the rest.
  void stop(std::int64_t grace_ms = 10'000);

 private:
  struct Held;
  std::unique_ptr<Held> held_;
};

}  // namespace anxiao::api::http
