// Names of things. An id carries the district it lives in, then a UUIDv7 (RFC 9562, 5.7):
// `500103.0190f3a2-7c1e-7b52-9d3a-2f6f0c1d8e44`. A look-up by id alone knows where to go, and
// ids made later sort later. Clients make ids too, so that a command can be sent twice.

#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "base/time.h"

namespace anxiao {

// A UUIDv7 of that instant, the rest random; ids of one process never go backwards within a
// millisecond.
std::string new_uuid(Instant at);

// `district` + "." + UUIDv7.
std::string new_id(std::string_view district, Instant at);

// The six digits before the dot; empty where `id` is no id.
std::string_view district_of(std::string_view id);

// Six digits, a dot, a lower-case UUID of version 7.
bool is_id(std::string_view id);

// Refuses, naming `field`, what is no id; a district may be demanded.
Result<void> check_id(std::string_view id, std::string_view field, std::string_view district = {});

// `bytes` random bytes in base64url: session and bearer tokens, one-time words.
std::string random_token(std::size_t bytes);

// A password a person can type from paper: four groups of four from an alphabet without 0O1lI.
std::string random_password();

}  // namespace anxiao
