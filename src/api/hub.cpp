#include "api/hub.h"

#include <algorithm>
#include <charconv>
#include <set>
#include <utility>

#include "api/parts.h"
#include "base/log.h"

namespace anxiao::api {
namespace {

using organisations::Actor;
using organisations::Scope;
using usecases::Entry;

constexpr std::size_t kPendingWhileCatchingUp = 64 * 1024;

// Whose streams end with an entry.
enum class Ends { nobody, session, person, organisation, everybody };

struct Event {
  std::int64_t seq = 0;
  std::string path;
  std::string holder;
  std::string noun;
  std::size_t begin = 0;  // of its bytes in the batch
  std::size_t size = 0;
  Ends ends = Ends::nobody;
  std::string whose = {};  // the id of whom or what it ends
};

void append_text(std::string& out, std::string_view name, std::string_view value) {
  out.append(",\"").append(name).append("\":");
  out += boost::json::serialize(boost::json::string_view(value.data(), value.size()));
}

// The three lines of an event; `data` is one line, since JSON writes its line breaks as \n.
void append_event(std::string& out, const Entry& entry, std::string_view data, const Zone& zone) {
  std::string seq = std::to_string(entry.seq);
  out.append("id: ").append(seq).append("\nevent: ").append(entry.kind);
  out.append("\ndata: {\"seq\":").append(seq);
  append_text(out, "kind", entry.kind);
  append_text(out, "noun", entry.noun);
  append_text(out, "subject", entry.subject);
  append_text(out, "organisation", entry.organisation);
  append_text(out, "district", entry.district);
  append_text(out, "happened_at", zone.format(entry.happened_at));
  append_text(out, "known_at", zone.format(entry.known_at));
  out.append(",\"data\":").append(data).append("}\n\n");
}

Ends ends_of(const Entry& entry) {
  static const std::set<std::string_view> kOfPerson = {"PostGiven",     "PostEnded",
                                                       "PersonChanged", "PasswordChanged",
                                                       "PasswordReset", "TokenRevoked"};
  if (entry.kind == "SessionEnded") return Ends::session;
  if (entry.kind == "OrganisationChanged") return Ends::organisation;
  if (entry.kind == "PackChanged") return Ends::everybody;
  if (!kOfPerson.contains(entry.kind)) return Ends::nobody;
  const auto* person = entry.data.if_contains("person");
  return person && person->is_string() ? Ends::person : Ends::everybody;
}

Event event_of(const Entry& entry) {
  Event event{.seq = entry.seq, .path = entry.path, .holder = entry.holder, .noun = entry.noun};
  event.ends = ends_of(entry);
  if (event.ends == Ends::session || event.ends == Ends::organisation) event.whose = entry.subject;
  if (event.ends == Ends::person) event.whose = std::string(entry.data.at("person").get_string());
  return event;
}

bool is_ended_by(const Actor& actor, const Event& event) {
  switch (event.ends) {
    case Ends::nobody:
      return false;
    case Ends::session:
      return !actor.session.empty() && actor.session == event.whose;
    case Ends::person:
      return actor.person == event.whose;
    case Ends::organisation:
      return std::ranges::any_of(actor.postings, [&](const organisations::Posting& posting) {
        return posting.organisation == event.whose;
      });
    case Ends::everybody:
      return true;
  }
  return false;
}

// Sequences of (after, upto], of every district: each district's rows stand together, so each is
// looked up on its own.
constexpr std::string_view kPage =
    "WITH RECURSIVE d (district) AS ("
    " SELECT min(district) FROM journal"
    " UNION ALL"
    " SELECT (SELECT min(k.district) FROM journal k WHERE k.district > d.district)"
    " FROM d WHERE d.district IS NOT NULL)"
    " SELECT j.seq, j.district, j.organisation, j.path, j.holder, j.kind, j.noun, j.subject,"
    " j.happened_at, j.known_at, j.data"
    " FROM d CROSS JOIN journal j"
    " WHERE j.district = d.district AND j.seq > $1 AND j.seq <= $2 ORDER BY j.seq";

}  // namespace

struct Hub::Batch {
  std::shared_ptr<const std::string> bytes;
  std::vector<Event> events;
};

struct Hub::Listener {
  std::shared_ptr<http::Stream> stream;
  Actor actor;
  std::shared_ptr<const pack::Pack> pack;
  std::int64_t cursor = 0;  // everything up to here was told, or was not for him
  bool live = false;        // else the journal is being read for him
  bool gone = false;
  std::vector<std::pair<std::string, std::vector<Scope>>> scopes = {};  // by noun, as they came up

  bool may_see(std::string_view noun, const organisations::Place& place) {
    auto found =
        std::ranges::find(scopes, noun, &std::pair<std::string, std::vector<Scope>>::first);
    if (found == scopes.end()) {
      scopes.emplace_back(noun, organisations::scopes(*pack, actor, noun, "read"));
      found = std::prev(scopes.end());
    }
    // The pack is of no place: whoever reads it anywhere hears that it changed.
    if (noun == "pack") return !found->second.empty();
    return std::ranges::any_of(
        found->second, [&](const Scope& scope) { return organisations::covers(scope, place); });
  }
};

// Touched on its own io thread only, but for the count.
struct Hub::Room {
  const void* thread = nullptr;
  std::function<void(std::function<void()>)> post;
  std::atomic<std::size_t> count{0};
  std::vector<std::shared_ptr<Listener>> listeners;
  std::int64_t seen = 0;  // what is up to here has been told to the live ones, or is on its way
  bool telling = false;
  std::vector<std::string_view> parts;  // of one listener; kept for its capacity
  std::shared_ptr<const std::string> beat;
  std::int64_t beat_seq = -1;

  void sweep() {
    if (!telling) std::erase_if(listeners, [](const auto& each) { return each->gone; });
  }

  void tell(const Batch& batch) {
    telling = true;
    for (std::size_t i = 0; i < listeners.size(); ++i) tell_one(*listeners[i], batch);
    telling = false;
    seen = std::max(seen, batch.events.back().seq);
    sweep();
  }

  void tell_one(Listener& listener, const Batch& batch) {
    if (listener.gone) return;
    parts.clear();
    bool ends = false;
    for (const Event& event : batch.events) {
      if (listener.live && event.seq > listener.cursor) {
        if (listener.may_see(event.noun, {.path = event.path, .holder = event.holder})) {
          std::string_view bytes(batch.bytes->data() + event.begin, event.size);
          if (!parts.empty() && parts.back().data() + parts.back().size() == bytes.data())
            parts.back() = {parts.back().data(), parts.back().size() + bytes.size()};
          else
            parts.push_back(bytes);
        }
        listener.cursor = event.seq;
      }
      // What comes after is for who he is then.
      if (is_ended_by(listener.actor, event)) {
        ends = true;
        break;
      }
    }
    if (!parts.empty()) listener.stream->write(batch.bytes, parts);
    if (ends && !listener.gone) listener.stream->close();
  }

  // The same bytes for all who are equally far.
  std::shared_ptr<const std::string> beat_of(const Listener& listener) {
    if (!beat || beat_seq != listener.cursor) {
      beat_seq = listener.cursor;
      beat = std::make_shared<const std::string>(":\nid: " + std::to_string(beat_seq) + "\n\n");
    }
    return beat;
  }
};

Hub::Hub(usecases::Store& store, const Zone& zone, Options options)
    : store_(store), zone_(zone), options_(options) {}

Hub::~Hub() = default;

std::int64_t Hub::reached() const { return std::max(published_.load(), store_.last_seq()); }

void Hub::publish(std::span<const Entry> entries) {
  if (entries.empty()) return;
  // Before the counts are looked at: whoever joins now either sees this or is seen.
  published_.store(entries.back().seq);
  for (const auto& entry : entries)
    if (ends_of(entry) != Ends::nobody) endings_.fetch_add(1);
  std::vector<std::shared_ptr<Room>> rooms;
  {
    std::lock_guard lock(guard_);
    for (const auto& room : rooms_)
      if (room->count.load() > 0) rooms.push_back(room);
  }
  if (rooms.empty()) return;
  auto batch = std::make_shared<Batch>();
  std::string bytes;
  for (const auto& entry : entries) {
    Event event = event_of(entry);
    event.begin = bytes.size();
    append_event(bytes, entry, boost::json::serialize(entry.data), zone_);
    event.size = bytes.size() - event.begin;
    batch->events.push_back(std::move(event));
  }
  batch->bytes = std::make_shared<const std::string>(std::move(bytes));
  for (const auto& room : rooms) room->post([room, batch] { room->tell(*batch); });
}

std::shared_ptr<Hub::Room> Hub::room_of(http::Stream& stream) {
  std::lock_guard lock(guard_);
  for (const auto& room : rooms_)
    if (room->thread == stream.thread()) return room;
  auto room = std::make_shared<Room>();
  room->thread = stream.thread();
  room->post = stream.post();
  rooms_.push_back(room);
  return room;
}

void Hub::join(std::shared_ptr<http::Stream> stream, const Actor& actor,
               std::shared_ptr<const pack::Pack> pack, std::int64_t after) {
  auto room = room_of(*stream);
  auto listener = std::make_shared<Listener>(
      Listener{.stream = stream, .actor = actor, .pack = std::move(pack)});
  room->listeners.push_back(listener);
  room->count.fetch_add(1);
  listeners_.fetch_add(1);
  room->seen = std::max(room->seen, published_.load());
  stream->on_closed([this, weak_room = std::weak_ptr(room), weak = std::weak_ptr(listener)] {
    auto room_ = weak_room.lock();
    auto listener_ = weak.lock();
    if (!room_ || !listener_ || listener_->gone) return;
    listener_->gone = true;
    room_->count.fetch_sub(1);
    listeners_.fetch_sub(1);
    room_->sweep();
  });
  stream->on_quiet([weak_room = std::weak_ptr(room),
                    weak = std::weak_ptr(listener)]() -> std::shared_ptr<const std::string> {
    auto room_ = weak_room.lock();
    auto listener_ = weak.lock();
    if (!room_ || !listener_) return nullptr;
    return room_->beat_of(*listener_);
  });

  std::int64_t now = reached();
  bool resync = after > now || (after >= 0 && now - after > options_.furthest);
  listener->cursor = after < 0 || resync ? now : after;
  std::string hello = "retry: 2000\nid: " + std::to_string(listener->cursor) + "\n";
  if (resync) hello += "event: resync\ndata: {}\n";
  auto held = std::make_shared<const std::string>(hello + "\n");
  std::string_view whole = *held;
  if (!stream->write(held, {&whole, 1})) return;
  catch_up(room, listener);
}

// One page, then the turn of others; live once nothing lies between the page's end and what the
// room has told.
void Hub::catch_up(const std::shared_ptr<Room>& room, const std::shared_ptr<Listener>& listener) {
  if (listener->gone || listener->live) return;
  auto again = [this, weak_room = std::weak_ptr(room), weak = std::weak_ptr(listener)] {
    auto room_ = weak_room.lock();
    auto listener_ = weak.lock();
    if (room_ && listener_) catch_up(room_, listener_);
  };
  if (listener->stream->pending() > kPendingWhileCatchingUp) {
    listener->stream->on_drained(again);
    return;
  }
  std::int64_t upto = std::min(listener->cursor + options_.page, reached());
  if (upto > listener->cursor) {
    std::string bytes;
    try {
      store_.read([&](usecases::Reader& reader) {
        reader.query(kPage, {listener->cursor, upto}, [&](const usecases::Row& row) {
          Entry entry;
          entry.path = row.text(3);
          entry.holder = row.text(4);
          entry.noun = row.text(6);
          if (!listener->may_see(entry.noun, {.path = entry.path, .holder = entry.holder})) return;
          entry.seq = row.integer(0);
          entry.district = row.text(1);
          entry.organisation = row.text(2);
          entry.kind = row.text(5);
          entry.subject = row.text(7);
          entry.happened_at = {row.integer(8)};
          entry.known_at = {row.integer(9)};
          append_event(bytes, entry, row.text(10), zone_);
        });
      });
    } catch (const std::exception& fault) {
      log::warning("a listener could not be read the journal", {{"what", fault.what()}});
      listener->stream->close();
      return;
    }
    listener->cursor = upto;
    if (!bytes.empty()) {
      auto held = std::make_shared<const std::string>(std::move(bytes));
      std::string_view whole = *held;
      if (!listener->stream->write(held, {&whole, 1})) return;
    }
  }
  if (listener->cursor >= room->seen)
    listener->live = true;
  else
    room->post(again);
}

void Hub::close_all() {
  std::lock_guard lock(guard_);
  for (const auto& room : rooms_)
    room->post([room] {
      room->telling = true;
      for (std::size_t i = 0; i < room->listeners.size(); ++i)
        if (!room->listeners[i]->gone) room->listeners[i]->stream->close();
      room->telling = false;
      room->sweep();
    });
}

std::vector<Route> stream_routes() {
  Route stream;
  stream.method = "GET";
  stream.pattern = "/api/v1/stream";
  stream.summary = "Tell what happens from now on, or after a sequence, as server-sent events.";
  stream.query = {"after"};
  stream.handler = [](const Call& call) -> Result<http::Response> {
    std::string_view text = call.request.header("last-event-id");
    if (text.empty()) text = call.request.parameter("after");
    std::int64_t after = -1;
    if (!text.empty()) {
      auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), after);
      if (error != std::errc() || end != text.data() + text.size() || after < 0)
        return Refusal{.why = Why::malformed,
                       .key = "list.cursor_malformed",
                       .detail = "the place to go on from is no sequence",
                       .field = "after"};
    }
    http::Response out;
    out.type = "text/event-stream";
    out.headers.emplace_back("X-Accel-Buffering", "no");
    out.stream = [&hub = call.parts.hub, actor = call.office.actor, pack = call.parts.pack.load(),
                  after](std::shared_ptr<http::Stream> connection) {
      hub.join(std::move(connection), actor, pack, after);
    };
    return out;
  };
  return {stream};
}

}  // namespace anxiao::api
