#include "api/journal.h"

#include <charconv>

#include "api/parts.h"
#include "base/json_map.h"
#include "usecases/journal.h"
#include "usecases/seals.h"

namespace anxiao::api {
namespace {

struct Roots {
  std::vector<json::object> items;
  std::optional<std::int64_t> next;
};
BOOST_DESCRIBE_STRUCT(Roots, (), (items, next))

constexpr std::int64_t kRootsPage = 500;

Result<std::int64_t> number(std::string_view text, std::string_view field, std::int64_t absent) {
  if (text.empty()) return absent;
  std::int64_t out = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
  if (error != std::errc() || end != text.data() + text.size() || out < 0)
    return Refusal{.why = Why::malformed,
                   .key = "journal.number_malformed",
                   .detail = "expected a whole number that is not negative",
                   .field = std::string(field)};
  return out;
}

Result<http::Response> list(const Call& call) {
  TRY_LET(after, number(call.request.parameter("after"), "after", 0));
  TRY_LET(limit, number(call.request.parameter("limit"), "limit", usecases::kJournalPage));
  Result<usecases::JournalPage> page = usecases::JournalPage{};
  call.parts.store.read([&](usecases::Reader& reader) {
    page = usecases::read_journal(reader, call.office, after, static_cast<std::size_t>(limit));
  });
  if (!page) return page.error();
  return json_answer(200, write(*page));
}

Result<http::Response> prove(const Call& call) {
  TRY_LET(seq, number(call.request.params[0], "seq", 0));
  Result<void> allowed;
  call.parts.store.read([&](usecases::Reader& reader) {
    allowed = usecases::may_read_entry(reader, call.office, seq);
  });
  TRY(allowed);
  TRY_LET(proof, call.parts.seals.proof(seq));
  return json_answer(200, proof);
}

Result<http::Response> roots(const Call& call) {
  TRY_LET(after, number(call.request.parameter("after"), "after", 0));
  Roots out;
  call.parts.store.read([&](usecases::Reader& reader) {
    for (const auto& seal : usecases::read_seals(reader, after, kRootsPage)) {
      out.items.push_back(usecases::seal_json(seal));
      out.next = seal.number;
    }
  });
  if (out.items.size() < static_cast<std::size_t>(kRootsPage)) out.next.reset();
  return json_answer(200, write(out));
}

Result<http::Response> key(const Call& call) {
  return json_answer(200, call.parts.seals.public_key());
}

}  // namespace

std::vector<Route> journal_routes() {
  return {
      {.method = "GET",
       .pattern = "/api/v1/journal",
       .summary = "What happened within reach, in order of sequence.",
       .grants = {"journal.read"},
       .answer = schema<usecases::JournalPage>(),
       .query = {"after", "limit"},
       .handler = Reading(list)},
      {.method = "GET",
       .pattern = "/api/v1/journal/{seq}/proof",
       .lane = Lane::worker,
       .summary = "What proves offline that an entry was there when its batch was sealed.",
       .grants = {"journal.read"},
       .answer = schema<json::object>(),
       .handler = Reading(prove)},
      {.method = "GET",
       .pattern = "/api/v1/journal/roots",
       .summary = "The signed roots, in order.",
       .answer = schema<Roots>(),
       .query = {"after"},
       .handler = Reading(roots)},
      {.method = "GET",
       .pattern = "/api/v1/journal/key",
       .summary = "The public key that the roots are signed with.",
       .answer = schema<json::object>(),
       .handler = Reading(key)},
  };
}

}  // namespace anxiao::api
