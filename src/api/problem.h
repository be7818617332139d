// Problem details (RFC 9457): the one form in which anything is refused, and the one place that
// maps why to a status.

#pragma once

#include <string>
#include <string_view>

#include "api/http/message.h"
#include "base/result.h"

namespace anxiao::api {

int status_of(const Refusal& refusal);
http::Response problem(const Refusal& refusal);

// A refusal under a status of its own, as the server gives for what is no well-formed request,
// and a fault with the id under which the log tells what happened.
http::Response problem(int status, const Refusal& refusal, std::string_view trace = {});

}  // namespace anxiao::api
