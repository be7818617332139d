// Seals over the journal (docs/decisions/0005). Unsealed entries are taken in order of sequence in
// batches; the Merkle root of a batch is chained to the one before and signed with Ed25519. The key
// is a file outside the database, so that whoever can change the database cannot seal it again.
//
//   leaf     the 32 bytes of an entry's hash, as RFC 6962 hashes a leaf
//   chained  SHA-256(previous chained || root || first_seq || last_seq), the numbers as 8 bytes,
//            most significant first; before the first seal 32 zero bytes
//   signed   the 32 bytes of `chained`
//
// It does not know who may read a proof.

#pragma once

#include <array>
#include <boost/json.hpp>
#include <filesystem>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "usecases/ports.h"

namespace anxiao::usecases {

// Ed25519 public keys, 32 bytes each, by their id.
using PublicKeys = std::map<std::string, std::string>;

// The first 16 hexadecimal digits of the key's SHA-256.
std::string key_id_of(std::string_view public_key);

// Every `*.pub` of the folder (64 hexadecimal digits). Keys that are no longer used stay there, so
// that what they signed can be verified. Throws std::runtime_error on a file that holds no key.
PublicKeys read_public_keys(const std::filesystem::path& key_folder);

class SealKey {
 public:
  // Reads `seal.key`; where it is missing, makes it (readable by its owner only) and `seal.pub`.
  // Throws std::runtime_error where a file cannot be read, made or understood.
  explicit SealKey(const std::filesystem::path& key_folder);
  ~SealKey();
  SealKey(const SealKey&) = delete;
  SealKey& operator=(const SealKey&) = delete;

  const std::string& id() const { return id_; }
  const std::string& public_key() const { return public_key_; }
  std::string sign(std::string_view bytes) const;

 private:
  std::array<unsigned char, 64> secret_{};
  std::string public_key_;
  std::string id_;
};

bool is_signed(std::string_view bytes, std::string_view signature, std::string_view public_key);

// A row of `seals`; hashes and the signature in hexadecimal.
struct Seal {
  std::int64_t number = 0;
  std::int64_t first_seq = 0;
  std::int64_t last_seq = 0;
  std::int64_t count = 0;
  std::string root;
  std::string chained;
  std::string key_id;
  std::string signature;
  Instant sealed_at;
};

// Both raw, of 32 bytes.
std::string chained_hash(std::string_view previous, std::string_view root, std::int64_t first_seq,
                         std::int64_t last_seq);

// The seals after `after_number`, in order.
std::vector<Seal> read_seals(Reader& reader, std::int64_t after_number, std::int64_t limit);
std::optional<Seal> last_seal(Reader& reader);
boost::json::object seal_json(const Seal& seal);
boost::json::object public_key_json(std::string_view public_key);

// Everything that is needed to check, without us, that the entry was in the journal when its batch
// was sealed. Refuses `journal.unknown_entry` and `journal.not_sealed` (not yet).
Result<boost::json::object> prove_entry(Reader& reader, const PublicKeys& keys, std::int64_t seq);

class Seals {
 public:
  // `root_district` is the district in which the seals themselves are kept.
  Seals(Store& store, const std::filesystem::path& key_folder, std::string root_district);

  // Seals all durable entries that are not sealed yet; how many they were. Waits for the store, so
  // never from the writing thread.
  std::int64_t seal(Instant now);

  // `{id, algorithm, key}` of the key that seals now.
  boost::json::object public_key() const { return public_key_json(key_.public_key()); }
  const PublicKeys& public_keys() const { return keys_; }
  Result<boost::json::object> proof(std::int64_t seq);

 private:
  Store& store_;
  const SealKey key_;
  const PublicKeys keys_;
  const std::string root_district_;
  std::mutex one_at_a_time_;
};

}  // namespace anxiao::usecases
