// The live stream (text/event-stream): what was committed, told at once to everybody who may see
// it. The store tells the hub after each commit; the hub formats an entry once and hands it to one
// room for each io thread that has listeners; a room writes it to its listeners' sockets, the same
// bytes for all, without copying and without waiting.
//
// Nobody misses or gets twice what happened: a listener that comes back with `Last-Event-ID` is
// read the journal in pages until it has caught up with what its room has already told, and is
// live from exactly there. A place too far back, or one the journal never reached, gets the event
// `resync`: ask for the lists again.
//
// It decides nothing about who may see: that is the authority's, and whoever's posts change is
// put off the stream and comes back with his new ones.

#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <vector>

#include "api/http/stream.h"
#include "api/route.h"
#include "base/time.h"
#include "domain/organisations/authority.h"
#include "pack/pack.h"
#include "usecases/ports.h"

namespace anxiao::api {

class Hub {
 public:
  struct Options {
    std::int64_t page = 256;          // sequences read at a time for one listener
    std::int64_t furthest = 100'000;  // sequences a listener may be behind
  };

  Hub(usecases::Store& store, const Zone& zone) : Hub(store, zone, Options()) {}
  Hub(usecases::Store& store, const Zone& zone, Options options);
  ~Hub();
  Hub(const Hub&) = delete;
  Hub& operator=(const Hub&) = delete;

  // What was committed, in order of sequence; to be called by the store's listener, after
  // `Sessions::heard`.
  void publish(std::span<const usecases::Entry> entries);

  // A new listener, on its stream's io thread. `after`: the last sequence it has; negative: from
  // now on.
  void join(std::shared_ptr<http::Stream> stream, const organisations::Actor& actor,
            std::shared_ptr<const pack::Pack> pack, std::int64_t after);

  // Takes everybody off the stream, so that they come back and are asked anew: after the pack
  // changed. From any thread.
  void close_all();

  std::size_t listeners() const { return listeners_.load(); }

  // Grows with every entry that may put somebody out of office: who was asked before may have to
  // be asked again.
  std::uint64_t endings() const { return endings_.load(); }

 private:
  struct Batch;
  struct Listener;
  struct Room;

  std::shared_ptr<Room> room_of(http::Stream& stream);
  // The highest sequence there is.
  std::int64_t reached() const;
  void catch_up(const std::shared_ptr<Room>& room, const std::shared_ptr<Listener>& listener);

  usecases::Store& store_;
  const Zone& zone_;
  const Options options_;
  std::atomic<std::int64_t> published_{0};
  std::atomic<std::size_t> listeners_{0};
  std::atomic<std::uint64_t> endings_{0};
  std::mutex guard_;
  std::vector<std::shared_ptr<Room>> rooms_;
};

// `GET /api/v1/stream`.
std::vector<Route> stream_routes();

}  // namespace anxiao::api
