#include "base/ids.h"

#include <fmt/format.h>
#include <sodium.h>

#include <array>
#include <atomic>
#include <cctype>

namespace anxiao {
namespace {

// The highest (milliseconds << 12 | counter) given out, so that ids rise within a millisecond.
std::atomic<std::uint64_t> highest{0};

void ready() {
  if (sodium_init() < 0) throw std::runtime_error("libsodium cannot start");
}

}  // namespace

std::string new_uuid(Instant at) {
  ready();
  std::uint64_t wanted = static_cast<std::uint64_t>(at.ms) << 12;
  std::uint64_t before = highest.load();
  std::uint64_t mine = 0;
  // A clock far behind the last id (a simulated past) keeps its own time; order matters only
  // where the clock runs on.
  do {
    bool near = before >= wanted && before - wanted < (std::uint64_t{kMinuteMs} << 12);
    mine = near ? before + 1 : wanted;
  } while (!highest.compare_exchange_weak(before, mine));
  std::array<unsigned char, 16> b{};
  randombytes_buf(b.data() + 8, 8);
  for (int i = 0; i < 6; ++i) b[i] = static_cast<unsigned char>(mine >> (12 + 8 * (5 - i)));
  b[6] = static_cast<unsigned char>(0x70 | ((mine >> 8) & 0x0f));
  b[7] = static_cast<unsigned char>(mine & 0xff);
  b[8] = static_cast<unsigned char>(0x80 | (b[8] & 0x3f));
  std::string out;
  out.reserve(36);
  for (int i = 0; i < 16; ++i) {
    if (i == 4 || i == 6 || i == 8 || i == 10) out += '-';
    out += "0123456789abcdef"[b[i] >> 4];
    out += "0123456789abcdef"[b[i] & 15];
  }
  return out;
}

std::string new_id(std::string_view district, Instant at) {
  return fmt::format("{}.{}", district, new_uuid(at));
}

bool is_id(std::string_view id) {
  if (id.size() != 43 || id[6] != '.') return false;
  for (int i = 0; i < 6; ++i)
    if (id[i] < '0' || id[i] > '9') return false;
  std::string_view uuid = id.substr(7);
  for (int i = 0; i < 36; ++i) {
    bool dash = i == 8 || i == 13 || i == 18 || i == 23;
    char c = uuid[i];
    if (dash ? c != '-' : !((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'))) return false;
  }
  return uuid[14] == '7' &&
         (uuid[19] == '8' || uuid[19] == '9' || uuid[19] == 'a' || uuid[19] == 'b');
}

std::string_view district_of(std::string_view id) {
  return is_id(id) ? id.substr(0, 6) : std::string_view{};
}

Result<void> check_id(std::string_view id, std::string_view field, std::string_view district) {
  if (!is_id(id))
    return Refusal{.why = Why::malformed,
                   .key = "id.malformed",
                   .detail = "an id is six digits of the district, a dot and a UUIDv7",
                   .field = std::string(field)};
  if (!district.empty() && district_of(id) != district)
    return Refusal{.why = Why::malformed,
                   .key = "id.other_district",
                   .detail = fmt::format("the id must begin with {}", district),
                   .field = std::string(field),
                   .args = {{"district", std::string(district)}}};
  return {};
}

std::string random_token(std::size_t bytes) {
  ready();
  std::string raw(bytes, '\0');
  randombytes_buf(raw.data(), raw.size());
  std::string out(sodium_base64_encoded_len(bytes, sodium_base64_VARIANT_URLSAFE_NO_PADDING), '\0');
  sodium_bin2base64(out.data(), out.size(), reinterpret_cast<const unsigned char*>(raw.data()),
                    raw.size(), sodium_base64_VARIANT_URLSAFE_NO_PADDING);
  out.resize(out.size() - 1);
  return out;
}

std::string random_password() {
  ready();
  static constexpr std::string_view kAlphabet = "23456789abcdefghijkmnpqrstuvwxyz";
  std::string out;
  for (int i = 0; i < 16; ++i) {
    if (i && i % 4 == 0) out += '-';
    out += kAlphabet[randombytes_uniform(static_cast<std::uint32_t>(kAlphabet.size()))];
  }
  return out;
}

}  // namespace anxiao
