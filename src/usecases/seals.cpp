#include "usecases/seals.h"

#include <fcntl.h>
#include <sodium.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>

#include "base/hash.h"
#include "base/log.h"
#include "base/text.h"
#include "usecases/merkle.h"

namespace anxiao::usecases {

namespace fs = std::filesystem;
namespace json = boost::json;

namespace {

constexpr std::int64_t kMostInSeal = 4096;

constexpr const char* kHow =
    "hash = SHA-256 of hashed_text. From it, as the leaf at leaf_index of count, path leads to "
    "root "
    "(RFC 6962, 2.1). chained = SHA-256(previous_chained || root || first_seq || last_seq), the "
    "numbers as 8 bytes, most significant first. signature is the key's Ed25519 signature over the "
    "32 bytes of chained. Compare the key with one that was got by another way.";

std::string eight_bytes(std::int64_t number) {
  std::string out;
  for (int shift = 56; shift >= 0; shift -= 8)
    out += static_cast<char>(static_cast<std::uint64_t>(number) >> shift & 0xff);
  return out;
}

std::string file_text(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::string text((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  if (!file) throw std::runtime_error("cannot read " + path.string());
  return std::string(trimmed(text));
}

std::runtime_error failed(const std::string& doing, const fs::path& path) {
  return std::runtime_error("cannot " + doing + " " + path.string() + ": " + std::strerror(errno));
}

// The file is there whole or not at all, and durable when this returns.
void make_file(const fs::path& path, const std::string& text, mode_t mode) {
  fs::path fresh = path.string() + ".new";
  fs::remove(fresh);
  int fd = ::open(fresh.c_str(), O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, mode);
  if (fd < 0) throw failed("make", fresh);
  bool written = ::write(fd, text.data(), text.size()) == static_cast<ssize_t>(text.size()) &&
                 ::fsync(fd) == 0;
  ::close(fd);
  if (!written || ::rename(fresh.c_str(), path.c_str()) != 0) throw failed("write", path);
  int folder = ::open(path.parent_path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (folder >= 0) {
    ::fsync(folder);
    ::close(folder);
  }
}

Seal seal_of(const Row& row) {
  Seal seal;
  seal.number = row.integer(0);
  seal.first_seq = row.integer(1);
  seal.last_seq = row.integer(2);
  seal.count = row.integer(3);
  seal.root = row.text(4);
  seal.chained = row.text(5);
  seal.key_id = row.text(6);
  seal.signature = row.text(7);
  seal.sealed_at = {row.integer(8)};
  return seal;
}

constexpr const char* kSeals =
    "SELECT s.number, s.first_seq, s.last_seq, s.count, s.root, s.chained, s.key_id, s.signature, "
    "s.sealed_at FROM seals s WHERE s.district = $1 ";

std::optional<std::string> district_of_seals(Reader& reader) {
  std::optional<std::string> out;
  reader.query(
      "SELECT d.district FROM districts d WHERE EXISTS "
      "(SELECT 1 FROM seals s WHERE s.district = d.district) ORDER BY d.district LIMIT 1",
      {}, [&](const Row& row) { out = row.text(0); });
  return out;
}

std::vector<Seal> seals_where(Reader& reader, const std::string& rest, std::vector<Value> params) {
  std::vector<Seal> out;
  auto district = district_of_seals(reader);
  if (!district) return out;
  params.insert(params.begin(), *district);
  reader.query(kSeals + rest, params, [&](const Row& row) { out.push_back(seal_of(row)); });
  return out;
}

}  // namespace

std::string key_id_of(std::string_view public_key) { return sha256_hex(public_key).substr(0, 16); }

PublicKeys read_public_keys(const fs::path& key_folder) {
  PublicKeys out;
  if (!fs::is_directory(key_folder)) return out;
  for (const auto& file : fs::directory_iterator(key_folder)) {
    if (file.path().extension() != ".pub") continue;
    std::string key = from_hex(file_text(file.path()));
    if (key.size() != crypto_sign_PUBLICKEYBYTES)
      throw std::runtime_error(file.path().string() +
                               " holds no public key (64 hexadecimal digits)");
    out.emplace(key_id_of(key), key);
  }
  return out;
}

SealKey::SealKey(const fs::path& key_folder) {
  if (sodium_init() < 0) throw std::runtime_error("libsodium cannot start");
  static_assert(sizeof secret_ == crypto_sign_SECRETKEYBYTES);
  fs::path path = key_folder / "seal.key";
  if (!fs::exists(path)) {
    fs::create_directories(key_folder);
    std::string seed(crypto_sign_SEEDBYTES, '\0');
    randombytes_buf(seed.data(), seed.size());
    make_file(path, to_hex(seed) + "\n", 0600);
    sodium_memzero(seed.data(), seed.size());
  }
  auto others = fs::perms::group_all | fs::perms::others_all;
  if ((fs::status(path).permissions() & others) != fs::perms::none)
    log::warning("the key of the seals can be read by others than its owner",
                 {{"path", path.string()}});
  std::string text = file_text(path);
  std::string seed = from_hex(text);
  sodium_memzero(text.data(), text.size());
  if (seed.size() != crypto_sign_SEEDBYTES)
    throw std::runtime_error(path.string() + " holds no key (64 hexadecimal digits)");
  public_key_.resize(crypto_sign_PUBLICKEYBYTES);
  crypto_sign_seed_keypair(reinterpret_cast<unsigned char*>(public_key_.data()), secret_.data(),
                           reinterpret_cast<const unsigned char*>(seed.data()));
  sodium_memzero(seed.data(), seed.size());
  id_ = key_id_of(public_key_);
  fs::path beside = key_folder / "seal.pub";
  if (!fs::exists(beside) || file_text(beside) != to_hex(public_key_)) {
    // Another key's stays, under its id, for what it signed.
    if (fs::exists(beside))
      fs::rename(beside, key_folder / ("seal-" + key_id_of(from_hex(file_text(beside))) + ".pub"));
    make_file(beside, to_hex(public_key_) + "\n", 0644);
  }
}

SealKey::~SealKey() { sodium_memzero(secret_.data(), secret_.size()); }

std::string SealKey::sign(std::string_view bytes) const {
  std::string signature(crypto_sign_BYTES, '\0');
  crypto_sign_detached(reinterpret_cast<unsigned char*>(signature.data()), nullptr,
                       reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(),
                       secret_.data());
  return signature;
}

bool is_signed(std::string_view bytes, std::string_view signature, std::string_view public_key) {
  return signature.size() == crypto_sign_BYTES && public_key.size() == crypto_sign_PUBLICKEYBYTES &&
         crypto_sign_verify_detached(
             reinterpret_cast<const unsigned char*>(signature.data()),
             reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(),
             reinterpret_cast<const unsigned char*>(public_key.data())) == 0;
}

std::string chained_hash(std::string_view previous, std::string_view root, std::int64_t first_seq,
                         std::int64_t last_seq) {
  std::string bytes(previous);
  bytes += root;
  bytes += eight_bytes(first_seq);
  bytes += eight_bytes(last_seq);
  return sha256(bytes);
}

std::vector<Seal> read_seals(Reader& reader, std::int64_t after_number, std::int64_t limit) {
  return seals_where(reader, "AND s.number > $2 ORDER BY s.number LIMIT $3", {after_number, limit});
}

std::optional<Seal> last_seal(Reader& reader) {
  auto found = seals_where(reader, "ORDER BY s.number DESC LIMIT 1", {});
  return found.empty() ? std::nullopt : std::optional(found.front());
}

json::object seal_json(const Seal& seal) {
  return {{"number", seal.number},
          {"first_seq", seal.first_seq},
          {"last_seq", seal.last_seq},
          {"count", seal.count},
          {"root", seal.root},
          {"chained", seal.chained},
          {"key_id", seal.key_id},
          {"signature", seal.signature},
          {"sealed_at", format_utc(seal.sealed_at)}};
}

json::object public_key_json(std::string_view public_key) {
  return {{"id", key_id_of(public_key)}, {"algorithm", "Ed25519"}, {"key", to_hex(public_key)}};
}

Result<json::object> prove_entry(Reader& reader, const PublicKeys& keys, std::int64_t seq) {
  Entry entry;
  std::string data_text;
  reader.query(
      "SELECT j.district, j.organisation, j.path, j.holder, j.kind, j.noun, j.subject, j.actor, "
      "j.happened_at, j.known_at, j.data, j.hash "
      "FROM districts d JOIN journal j ON j.district = d.district WHERE j.seq = $1",
      {seq}, [&](const Row& row) {
        entry.seq = seq;
        entry.district = row.text(0);
        entry.organisation = row.text(1);
        entry.path = row.text(2);
        entry.holder = row.text(3);
        entry.kind = row.text(4);
        entry.noun = row.text(5);
        entry.subject = row.text(6);
        entry.actor = row.text(7);
        entry.happened_at = {row.integer(8)};
        entry.known_at = {row.integer(9)};
        data_text = row.text(10);
        entry.hash = row.text(11);
      });
  if (entry.seq == 0)
    return Refusal{.why = Why::not_found,
                   .key = "journal.unknown_entry",
                   .detail = "the journal has no entry " + std::to_string(seq),
                   .args = {{"seq", seq}}};
  auto seals = seals_where(reader, "AND s.last_seq >= $2 ORDER BY s.last_seq LIMIT 1", {seq});
  if (seals.empty() || seals.front().first_seq > seq)
    return Refusal{.why = Why::conflict,
                   .key = "journal.not_sealed",
                   .detail = "entry " + std::to_string(seq) + " is not sealed yet: ask again later",
                   .args = {{"seq", seq}}};
  const Seal& seal = seals.front();
  auto before =
      seals_where(reader, "AND s.number < $2 ORDER BY s.number DESC LIMIT 1", {seal.number});
  std::vector<std::string> leaves;
  std::size_t index = 0;
  reader.query(
      "SELECT j.seq, j.hash FROM districts d JOIN journal j ON j.district = d.district "
      "WHERE j.seq >= $1 AND j.seq <= $2 ORDER BY j.seq",
      {seal.first_seq, seal.last_seq}, [&](const Row& row) {
        if (row.integer(0) == seq) index = leaves.size();
        leaves.push_back(from_hex(row.text(1)));
      });
  json::array path;
  for (const auto& hash : merkle::path_of(index, leaves)) path.push_back(json::value(to_hex(hash)));
  json::object chain = seal_json(seal);
  chain["previous_chained"] = before.empty() ? std::string(64, '0') : before.front().chained;
  auto key = keys.find(seal.key_id);
  json::error_code not_json;
  auto data = json::parse(data_text, not_json);
  return json::object{
      {"format", "anxiao-journal-proof-1"},
      {"entry",
       {{"seq", entry.seq},
        {"district", entry.district},
        {"organisation", entry.organisation},
        {"path", entry.path},
        {"holder", entry.holder},
        {"kind", entry.kind},
        {"noun", entry.noun},
        {"subject", entry.subject},
        {"actor", entry.actor},
        {"happened_at_ms", entry.happened_at.ms},
        {"known_at_ms", entry.known_at.ms},
        {"data", not_json ? json::value(nullptr) : data},
        {"hash", entry.hash}}},
      {"hashed_text", hashed_text(entry, data_text)},
      {"leaf_index", index},
      {"count", leaves.size()},
      {"path", path},
      {"root", seal.root},
      {"seal", chain},
      {"public_key", key == keys.end() ? json::value(nullptr) : public_key_json(key->second)},
      {"how", kHow}};
}

Seals::Seals(Store& store, const fs::path& key_folder, std::string root_district)
    : store_(store),
      key_(key_folder),
      keys_(read_public_keys(key_folder)),
      root_district_(std::move(root_district)) {}

std::int64_t Seals::seal(Instant now) {
  std::lock_guard hold(one_at_a_time_);
  std::int64_t sealed = 0;
  for (;;) {
    Seal seal;
    std::string previous(32, '\0');
    std::vector<std::string> leaves;
    std::int64_t durable = store_.last_seq();
    store_.read([&](Reader& reader) {
      if (auto last = last_seal(reader)) {
        seal.number = last->number;
        seal.last_seq = last->last_seq;
        previous = from_hex(last->chained);
      }
      ++seal.number;
      seal.first_seq = seal.last_seq + 1;
      seal.last_seq = std::min(durable, seal.last_seq + kMostInSeal);
      if (seal.first_seq > seal.last_seq) return;
      reader.query(
          "SELECT j.hash FROM districts d JOIN journal j ON j.district = d.district "
          "WHERE j.seq >= $1 AND j.seq <= $2 ORDER BY j.seq",
          {seal.first_seq, seal.last_seq},
          [&](const Row& row) { leaves.push_back(from_hex(row.text(0))); });
    });
    if (seal.first_seq > seal.last_seq) return sealed;
    seal.count = static_cast<std::int64_t>(leaves.size());
    if (seal.count != seal.last_seq - seal.first_seq + 1)
      log::error(
          "entries are missing from the journal that is being sealed",
          {{"first_seq", seal.first_seq}, {"last_seq", seal.last_seq}, {"found", seal.count}});
    std::string root = merkle::root_of(leaves);
    std::string chained = chained_hash(previous, root, seal.first_seq, seal.last_seq);
    std::string signature = key_.sign(chained);
    store_.write([&](Transaction& transaction) {
      transaction.exec(
          "INSERT INTO seals (district, number, first_seq, last_seq, count, root, chained, key_id, "
          "signature, sealed_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
          {root_district_, seal.number, seal.first_seq, seal.last_seq, seal.count, to_hex(root),
           to_hex(chained), key_.id(), to_hex(signature), now.ms});
      return true;
    });
    sealed += seal.count;
  }
}

Result<json::object> Seals::proof(std::int64_t seq) {
  Result<json::object> out = Refusal{};
  store_.read([&](Reader& reader) { out = prove_entry(reader, keys_, seq); });
  return out;
}

}  // namespace anxiao::usecases
