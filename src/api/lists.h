// What lists and edits have in common over HTTP: `{items, next, as_of}`, the ETag of a version and
// the If-Match that an edit must carry.

#pragma once

#include <optional>
#include <string>

#include "api/http/message.h"
#include "api/route.h"
#include "base/json_map.h"
#include "usecases/page.h"

namespace anxiao::api {

template <class T>
boost::json::object list_schema() {
  return {{"type", "object"},
          {"properties",
           json::object{{"items", json::object{{"type", "array"}, {"items", schema<T>()}}},
                        {"next", schema<std::optional<std::string>>()},
                        {"as_of", schema<std::string>()}}},
          {"required", json::array{"items", "next", "as_of"}},
          {"additionalProperties", false}};
}

template <class T>
http::Response list_answer(const Call& call, const usecases::Page<T>& page) {
  return json_answer(200, json::object{{"items", write(page.items)},
                                       {"next", write(page.next)},
                                       {"as_of", call.office.zone.format(call.office.now)}});
}

// 201 for what was made, 200 for what was there already, with the ETag of its version.
template <class T>
http::Response kept_answer(const T& value, bool repeated) {
  auto response = json_answer(repeated ? 200 : 201, write(value));
  if constexpr (requires { value.version; })
    response.headers.emplace_back("ETag", "\"" + std::to_string(value.version) + "\"");
  return response;
}

template <class T>
http::Response versioned_answer(const T& value) {
  return kept_answer(value, true);
}

http::Response no_content();

// The version of If-Match, empty where there is none or it is `*`; refuses `edit.no_version` what
// is no version.
Result<std::optional<std::int64_t>> if_match(const http::Request& request);
// The same where an edit must carry one.
Result<std::int64_t> if_match_wanted(const http::Request& request);

Result<usecases::Paging> paging_of(const http::Request& request, std::string_view keys);

// Reads within one consistent state and gives what `work(reader)` gives.
template <class Work>
auto read_with(usecases::Store& store, const Work& work)
    -> decltype(work(std::declval<usecases::Reader&>())) {
  std::optional<decltype(work(std::declval<usecases::Reader&>()))> out;
  store.read([&](usecases::Reader& reader) { out.emplace(work(reader)); });
  return std::move(*out);
}

// A unit of work from a worker's thread; a refusal undoes it.
template <class Work>
auto write_with(usecases::Store& store, const Work& work)
    -> decltype(work(std::declval<usecases::Transaction&>())) {
  std::optional<decltype(work(std::declval<usecases::Transaction&>()))> out;
  store.write([&](usecases::Transaction& transaction) {
    out.emplace(work(transaction));
    return out->has_value();
  });
  return std::move(*out);
}

}  // namespace anxiao::api
