#include "usecases/ports.h"

#include <condition_variable>
#include <mutex>

namespace anxiao::usecases {

std::string hashed_text(const Entry& entry, std::string_view data_text) {
  std::string out;
  out.reserve(256 + data_text.size() + data_text.size() / 8);
  auto text = [&](std::string_view value) {
    out += ',';
    out += boost::json::serialize(boost::json::string_view(value.data(), value.size()));
  };
  out += '[';
  out += std::to_string(entry.seq);
  text(entry.district);
  text(entry.organisation);
  text(entry.path);
  text(entry.holder);
  text(entry.kind);
  text(entry.noun);
  text(entry.subject);
  text(entry.actor);
  out += ',';
  out += std::to_string(entry.happened_at.ms);
  out += ',';
  out += std::to_string(entry.known_at.ms);
  text(data_text);
  out += ']';
  return out;
}

void Store::write(const Work& work) {
  expect(!on_writing_thread(), "Store::write would wait for itself on the writing thread");
  std::mutex mutex;
  std::condition_variable told;
  bool answered = false;
  std::exception_ptr met;
  submit(work, [&](std::exception_ptr fault) {
    std::lock_guard hold(mutex);
    met = std::move(fault);
    answered = true;
    told.notify_one();
  });
  std::unique_lock hold(mutex);
  told.wait(hold, [&] { return answered; });
  if (met) std::rethrow_exception(met);
}

}  // namespace anxiao::usecases
