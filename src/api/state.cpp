#include "api/state.h"

#include "api/parts.h"
#include "base/json_map.h"
#include "usecases/seals.h"
#include "usecases/words.h"

namespace anxiao::api {
namespace {

struct PackState {
  std::string id;
  std::string version;
  std::string hash;
  pack::Words title;
};
BOOST_DESCRIBE_STRUCT(PackState, (), (id, version, hash, title))
struct JournalState {
  std::int64_t last_seq = 0;
  std::int64_t sealed_seq = 0;
  std::int64_t seals = 0;
  std::optional<std::string> sealed_at;
};
BOOST_DESCRIBE_STRUCT(JournalState, (), (last_seq, sealed_seq, seals, sealed_at))
struct Counted {
  std::int64_t organisations = 0;
  std::int64_t people = 0;
  std::int64_t sessions = 0;
};
BOOST_DESCRIBE_STRUCT(Counted, (), (organisations, people, sessions))
struct State {
  std::string version;
  PackState pack;
  JournalState journal;
  Counted counts;
  std::string as_of;
};
BOOST_DESCRIBE_STRUCT(State, (), (version, pack, journal, counts, as_of))

// The state is the whole server's: whoever may read it anywhere reads all of it.
Result<void> may_state(const Call& call, std::string_view action) {
  if (!organisations::scopes(call.office.pack, call.office.actor, "state", action).empty())
    return {};
  return Refusal{.why = Why::forbidden,
                 .key = "authority.forbidden",
                 .detail = "no post of yours looks after the server",
                 .args = {{"noun", "state"}, {"action", std::string(action)}}};
}

PackState pack_state(const pack::Pack& pack) {
  return {pack.id, pack.version, pack.hash, pack.title};
}

Result<http::Response> read_state(const Call& call) {
  TRY(may_state(call, "read"));
  State out{.version = ANXIAO_VERSION,
            .pack = pack_state(call.office.pack),
            .journal = {},
            .counts = {},
            .as_of = call.office.zone.format(call.office.now)};
  out.journal.last_seq = call.parts.store.last_seq();
  call.parts.store.read([&](usecases::Reader& reader) {
    if (auto seal = usecases::last_seal(reader)) {
      out.journal.sealed_seq = seal->last_seq;
      out.journal.seals = seal->number;
      out.journal.sealed_at = call.office.zone.format(seal->sealed_at);
    }
    auto count = [&](std::string_view sql, std::int64_t& into) {
      reader.query(sql, {call.office.now.ms},
                   [&](const usecases::Row& row) { into = row.integer(0); });
    };
    count("SELECT count(*) FROM organisations WHERE until IS NULL OR until > $1",
          out.counts.organisations);
    count("SELECT count(*) FROM people WHERE since <= $1", out.counts.people);
    count("SELECT count(*) FROM sessions WHERE ends_at > $1", out.counts.sessions);
  });
  return json_answer(200, write(out));
}

// What holds from now on is on record at the root, with what held before.
void record_change(const Call& call, const pack::Pack& pack) {
  call.parts.store.write([&](usecases::Transaction& transaction) {
    usecases::Entry entry{.district = {},
                          .organisation = {},
                          .path = {},
                          .holder = {},
                          .kind = "PackChanged",
                          .noun = "pack",
                          .subject = pack.id,
                          .actor = call.office.actor.person,
                          .happened_at = call.office.now,
                          .known_at = call.office.now,
                          .data = {{"version_before", call.office.pack.version},
                                   {"hash_before", call.office.pack.hash},
                                   {"version", pack.version},
                                   {"hash", pack.hash}},
                          .hash = {}};
    transaction.query(
        "SELECT o.district, o.id, o.path FROM districts d JOIN organisations o"
        " ON o.district = d.district AND o.id = d.organisation WHERE o.parent IS NULL",
        {}, [&](const usecases::Row& row) {
          entry.district = row.text(0);
          entry.organisation = row.text(1);
          entry.path = row.text(2);
        });
    transaction.record(std::move(entry));
    return true;
  });
}

Result<http::Response> reload_pack(const Call& call) {
  TRY(may_state(call, "change"));
  TRY_LET(pack, call.parts.reload_pack());
  if (pack->hash != call.office.pack.hash) record_change(call, *pack);
  return json_answer(200, write(pack_state(*pack)));
}

}  // namespace

std::vector<Route> state_routes() {
  return {
      {.method = "GET",
       .pattern = "/api/v1/state",
       .summary = "Version, pack, journal and counts of this server.",
       .grants = {"state.read"},
       .answer = schema<State>(),
       .handler = Reading(read_state)},
      {.method = "POST",
       .pattern = "/api/v1/state/pack",
       .lane = Lane::worker,
       .summary =
           "Reads the pack's folder again; a pack with any fault is refused and the old one stays.",
       .grants = {"state.change"},
       .answer = schema<PackState>(),
       .handler = Reading(reload_pack)},
  };
}

}  // namespace anxiao::api
