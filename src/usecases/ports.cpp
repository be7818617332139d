#include "usecases/ports.h"

#include <future>

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
  std::promise<void> promise;
  auto durable = promise.get_future();
  submit(work, [&promise](std::exception_ptr fault) {
    if (fault)
      promise.set_exception(fault);
    else
      promise.set_value();
  });
  durable.get();
}

}  // namespace anxiao::usecases
