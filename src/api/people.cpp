#include "api/people.h"

#include "api/lists.h"
#include "api/parts.h"
#include "usecases/people.h"

namespace anxiao::api {
namespace {

struct PasswordAnswer {
  std::string one_time_password;
};
BOOST_DESCRIBE_STRUCT(PasswordAnswer, (), (one_time_password))

Result<http::Response> list(const Call& call) {
  usecases::PersonFilter filter{.under = std::string(call.request.parameter("under")),
                                .q = std::string(call.request.parameter("q")),
                                .paging = {}};
  TRY_LET(paging, paging_of(call.request, "ss"));
  filter.paging = paging;
  TRY_LET(page, read_with(call.parts.store, [&](usecases::Reader& reader) {
            return usecases::list_people(reader, call.office, filter);
          }));
  return list_answer(call, page);
}

Result<http::Response> read_one(const Call& call) {
  TRY_LET(person, read_with(call.parts.store, [&](usecases::Reader& reader) {
            return usecases::read_person(reader, call.office, call.request.params[0]);
          }));
  return versioned_answer(person);
}

http::Response unstored(http::Response response) {
  response.headers.emplace_back("Cache-Control", "no-store");
  return response;
}

Result<http::Response> create(const Call& call) {
  TRY_LET(sent, read_text<usecases::NewPerson>(call.request.body));
  auto password = usecases::make_one_time_password();
  TRY_LET(kept, write_with(call.parts.store, [&](usecases::Transaction& transaction) {
            return usecases::create_person(transaction, call.office, sent, password);
          }));
  return unstored(kept_answer(kept.value, kept.repeated));
}

Result<http::Response> change(const Call& call, usecases::Transaction& transaction) {
  TRY_LET(version, if_match(call.request));
  TRY_LET(sent, read_text<usecases::PersonChange>(call.request.body));
  TRY_LET(person,
          usecases::change_person(transaction, call.office, call.request.params[0], version, sent));
  return versioned_answer(person);
}

Result<http::Response> reset(const Call& call) {
  auto password = usecases::make_one_time_password();
  TRY(write_with(call.parts.store, [&](usecases::Transaction& transaction) {
    return usecases::reset_password(transaction, call.office, call.request.params[0], password);
  }));
  return unstored(json_answer(200, write(PasswordAnswer{password.text})));
}

Result<http::Response> give(const Call& call, usecases::Transaction& transaction) {
  TRY_LET(sent, read_text<usecases::NewPost>(call.request.body));
  TRY_LET(kept, usecases::give_post(transaction, call.office, call.request.params[0], sent));
  return kept_answer(kept.value, kept.repeated);
}

Result<http::Response> end(const Call& call, usecases::Transaction& transaction) {
  TRY(usecases::end_post(transaction, call.office, call.request.params[0], call.request.params[1]));
  return no_content();
}

}  // namespace

std::vector<Route> people_routes() {
  return {
      {.method = "GET",
       .pattern = "/api/v1/people",
       .summary = "People within reach.",
       .grants = {"people.read"},
       .answer = list_schema<usecases::Person>(),
       .query = {"under", "q", "limit", "cursor"},
       .handler = Reading(list)},
      {.method = "GET",
       .pattern = "/api/v1/people/{id}",
       .summary = "One person and the posts held, now and before.",
       .grants = {"people.read"},
       .answer = schema<usecases::Person>(),
       .handler = Reading(read_one)},
      {.method = "POST",
       .pattern = "/api/v1/people",
       .lane = Lane::worker,
       .summary = "Enters a person; the one-time password is in this answer only.",
       .grants = {"people.create", "people.post"},
       .body = schema<usecases::NewPerson>(),
       .answer = schema<usecases::Person>(),
       .handler = Reading(create)},
      {.method = "PATCH",
       .pattern = "/api/v1/people/{id}",
       .lane = Lane::write,
       .summary = "Changes the name, or shuts the account and ends its sessions.",
       .grants = {"people.change"},
       .body = schema<usecases::PersonChange>(),
       .answer = schema<usecases::Person>(),
       .handler = Writing(change)},
      {.method = "POST",
       .pattern = "/api/v1/people/{id}/password",
       .lane = Lane::worker,
       .summary = "Gives a new one-time password and ends the person's sessions.",
       .grants = {"people.change"},
       .answer = schema<PasswordAnswer>(),
       .handler = Reading(reset)},
      {.method = "POST",
       .pattern = "/api/v1/people/{id}/posts",
       .lane = Lane::write,
       .summary = "Gives a post, never one above the giver's own.",
       .grants = {"people.post"},
       .body = schema<usecases::NewPost>(),
       .answer = schema<usecases::Person>(),
       .handler = Writing(give)},
      {.method = "DELETE",
       .pattern = "/api/v1/people/{id}/posts/{posting}",
       .lane = Lane::write,
       .summary = "Ends a post; it acts no longer with the next request.",
       .grants = {"people.post"},
       .handler = Writing(end)},
  };
}

}  // namespace anxiao::api
