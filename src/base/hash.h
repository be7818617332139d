// SHA-256 (FIPS 180-4) and SM3 (GB/T 32905-2016), both by OpenSSL; lower-case hexadecimal.

#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace anxiao {

std::string sha256(std::string_view bytes);      // 32 raw bytes
std::string sha256_hex(std::string_view bytes);  // 64 characters
std::string sm3_hex(std::string_view bytes);     // 64 characters

// HMAC (RFC 2104) over SHA-256: what only somebody who has the key can make of the bytes.
std::string hmac_sha256(std::string_view key, std::string_view bytes);  // 32 raw bytes
// Base32 (RFC 4648, 6) in small letters, without padding: what a person can read out.
std::string to_base32(std::string_view bytes);

std::string to_hex(std::string_view bytes);
// Empty where `hex` has an odd length or a character that is none of 0-9a-f.
std::string from_hex(std::string_view hex);
bool is_sha256_hex(std::string_view text);

// Fed in pieces, for what does not fit in memory.
class Sha256 {
 public:
  Sha256();
  ~Sha256();
  void feed(std::string_view bytes);
  std::string finish();  // 32 raw bytes; the object is spent

 private:
  struct Held;
  std::unique_ptr<Held> held_;
};

}  // namespace anxiao
