// The way of a request: found in the route table, its sender known, its lane run, its refusal or
// fault turned into problem details. Handlers see none of this.
//
// On the write lane the handler runs inside the store's transaction and the answer leaves only
// when it is durable. A fault is caught here and nowhere below: it is logged under an id that the
// answer carries.

#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "api/finder.h"
#include "api/http/server.h"
#include "api/metrics.h"
#include "api/parts.h"
#include "api/route.h"
#include "api/static_files.h"
#include "api/workers.h"
#include "usecases/sessions.h"

namespace anxiao::api {

// Who a cookie or a token is.
class Doorkeeper {
 public:
  virtual ~Doorkeeper() = default;
  // From any thread; cheap where the token is known already.
  virtual Result<std::shared_ptr<const organisations::Actor>> actor_of(std::string_view token,
                                                                       usecases::Carried how,
                                                                       Instant now) = 0;
};

std::unique_ptr<Doorkeeper> doorkeeper_of(usecases::Sessions& sessions);

class Service final : public http::Answerer {
 public:
  struct Options {
    int workers = 2;
    std::size_t most_queued = 256;   // of what waits for a worker
    std::filesystem::path web = {};  // the folder of the pages; empty: none
    bool access_log = false;         // a line for each request, at debug
  };

  // `routes` is the API; /healthz, /readyz, /metrics and the description of the API are added.
  // The parts must outlive the service, the service the server.
  Service(Parts& parts, Doorkeeper& doorkeeper, std::vector<Route> routes, Options options);
  ~Service() override;

  http::Admission admit(http::Request& head) override;
  void answer(http::Request&& request, std::shared_ptr<void> held, http::Reply reply) override;
  http::Response refusal(int status, std::string_view key, std::string_view detail) override;

  const std::vector<Route>& routes() const { return routes_; }
  Metrics& metrics() { return metrics_; }

 private:
  struct Exchange;

  std::vector<Route> with_own(std::vector<Route> routes);
  Result<std::shared_ptr<const organisations::Actor>> known(const http::Request& head,
                                                            const Route& route) const;
  http::Admission admit_page(const http::Request& head, std::int64_t began);
  void run_reading(Exchange& exchange);
  void run_writing(std::shared_ptr<Exchange> exchange);
  http::Response run(Exchange& exchange, usecases::Transaction* transaction, bool& kept);
  http::Response fault_answer(std::exception_ptr fault, const Route& route) const;
  void finish(Exchange& exchange, http::Response response);
  void count(std::size_t route, const http::Request& request, const http::Response& response,
             std::int64_t began) const;

  Parts& parts_;
  Doorkeeper& doorkeeper_;
  const Options options_;
  std::string description_;  // OpenAPI, as text
  std::vector<Route> routes_;
  Finder finder_;
  mutable Metrics metrics_;
  StaticFiles pages_;
  const organisations::Actor nobody_ = {};
  Workers workers_;  // last: ends first
};

}  // namespace anxiao::api
