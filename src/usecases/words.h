// The pack's words as they go out in JSON: `{zh, en}`.

#pragma once

#include <boost/describe.hpp>

#include "pack/pack.h"

namespace anxiao::pack {
BOOST_DESCRIBE_STRUCT(Words, (), (zh, en))
}
