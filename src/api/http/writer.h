// The bytes of an answer's head (RFC 9112), in one contiguous string.

#pragma once

#include <string>
#include <string_view>

#include "api/http/message.h"
#include "base/time.h"

namespace anxiao::api::http {

std::string_view reason_of(int status);

// `Mon, 02 Mar 2026 07:30:00 GMT`
std::string http_date(Instant instant);

enum class Ending { keep_alive, keep_alive_said, close };

// Appends status line and headers to `out`. Throws Fault where a header that a handler set would
// break the message (CR, LF or NUL in it).
void write_head(std::string& out, const Response& response, std::size_t body_size, Ending ending,
                std::string_view date);

}  // namespace anxiao::api::http
