// A request and a response as handlers see them. No socket, no parser, no Boost.Asio here.

#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace anxiao::api::http {

class Stream;  // api/http/stream.h

struct Request {
  std::string method;                        // upper case
  std::string path;                          // decoded, without the query
  std::map<std::string, std::string> query;  // decoded; the last of a repeated key wins
  std::vector<std::pair<std::string, std::string>> headers;  // names in lower case
  std::string body;
  std::string address;              // of the peer, or from a trusted proxy
  std::vector<std::string> params;  // what the pattern's `{…}` matched, in order

  std::string_view header(std::string_view lower_case_name) const;  // empty where absent
  std::string_view cookie(std::string_view name) const;             // empty where absent
  std::string_view parameter(std::string_view name) const;  // of the query; empty where absent
};

struct Response {
  int status = 200;
  std::string type = "application/json";
  std::vector<std::pair<std::string, std::string>> headers = {};
  std::string body = {};
  // A body shared by many answers or held elsewhere; used instead of `body` where set.
  std::shared_ptr<const std::string> shared = {};
  // Set for a live stream: called on the connection's io thread once the head is written, and the
  // connection is the stream's from then on.
  std::function<void(std::shared_ptr<Stream>)> stream = {};
  // Header lines ready to be sent, each ended by CRLF; they live as long as the program.
  std::string_view lines = {};

  // The value of a header that the handler set, in any case; empty where absent.
  std::string_view header(std::string_view name) const;
};

}  // namespace anxiao::api::http
