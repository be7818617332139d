// A connection handed over for live writing (text/event-stream). Everything here is called on the
// connection's own io thread, except `post`. Writing never waits: what the socket does not take at
// once is queued, and a reader who lets the queue grow over its cap is dropped; with
// `Last-Event-ID` it can come back and miss nothing.

#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace anxiao::api::http {

class Stream {
 public:
  virtual ~Stream() = default;

  // Sends `parts`, each a piece of `*held`; nothing is copied. False: the stream is over.
  virtual bool write(const std::shared_ptr<const std::string>& held,
                     std::span<const std::string_view> parts) = 0;
  // Bytes queued because the socket did not take them.
  virtual std::size_t pending() const = 0;
  virtual void close() = 0;
  // Called when the queue has become empty again.
  virtual void on_drained(std::function<void()> call) = 0;
  // Called once when the connection is over, whoever ended it.
  virtual void on_closed(std::function<void()> call) = 0;
  // What to send when nothing has been sent for the server's heartbeat time.
  virtual void on_quiet(std::function<std::shared_ptr<const std::string>()> beat) = 0;
  // Names the io thread: equal for streams of the same thread.
  virtual const void* thread() const = 0;
  // Runs a task on this stream's io thread, also after the stream has ended; from any thread.
  virtual std::function<void(std::function<void()>)> post() const = 0;
};

}  // namespace anxiao::api::http
