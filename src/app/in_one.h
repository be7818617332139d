// One transaction for many use cases, whose refusal undoes them all.

#pragma once

#include "base/result.h"
#include "usecases/ports.h"

namespace anxiao::app {

// Runs `work(transaction)`, which gives a Result<void>, and hands its refusal out of the
// transaction.
template <class Work>
Result<void> in_one(usecases::Store& store, const Work& work) {
  Result<void> out;
  store.write([&](usecases::Transaction& transaction) {
    out = work(transaction);
    return out.has_value();
  });
  return out;
}

}  // namespace anxiao::app
