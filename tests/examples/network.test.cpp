// SPDX-License-Identifier: BSL-1.0

/// \file
/// The examples' network against numerical differentiation, Adam's definition and its own promises.

#include "../../examples/network.hpp"

#include <doctest/doctest.h>

#include <algorithm>  // for max, min
#include <array>      // for array
#include <cmath>      // for abs, log, pow, sqrt
#include <limits>     // for numeric_limits
#include <random>     // for mt19937_64
#include <span>       // for span
#include <stdexcept>  // for invalid_argument
#include <vector>     // for vector

namespace {

using precise = examples::basic_network<double>;

/// Uniform in [-1, 1), the same on every machine.
template <class Matrix>
Matrix uniform(Eigen::Index rows, Eigen::Index columns, std::mt19937_64& bits) {
  using real = typename Matrix::Scalar;
  return Matrix::NullaryExpr(rows, columns, [&] {
    return static_cast<real>(static_cast<double>(bits() >> 11) * 0x1p-52 - 1);
  });
}

/// Two columns, three classes by the side of two lines: no row is closer than 0.1 to either.
struct separable {
  examples::network::matrix x{300, 2};
  std::vector<int> y;

  separable() {
    std::mt19937_64 bits(11);
    while (y.size() < 300) {
      const Eigen::MatrixXf point = uniform<Eigen::MatrixXf>(1, 2, bits);
      const float over = point(0) + point(1), under = point(0) - point(1);
      if (std::min(std::abs(over), std::abs(under)) < 0.1F) continue;
      x.row(static_cast<Eigen::Index>(y.size())) = point;
      y.push_back(over > 0 ? 0 : under > 0 ? 1 : 2);
    }
  }
};

}  // namespace

TEST_CASE("network: the gradient is the slope of the loss, in every parameter") {
  precise net({3, 7, 5, 4}, 1);
  std::mt19937_64 bits(2);
  const auto x = uniform<precise::matrix>(9, 3, bits);
  const std::array labels{0, 1, 2, 3, 3, 2, 1, 0, 2};
  for (auto& layer : net.layers()) {  // biases of 0 would hide a bias that is read wrongly
    layer.bias.value = uniform<precise::matrix>(1, layer.bias.value.cols(), bits) / 2;
  }
  const double loss = net.differentiate(x, labels);
  CHECK(loss == net.loss(x, labels));

  const double h = 1e-5;  // central differences err by h^2 and by 1e-16 / h
  double worst = 0;
  double largest = 0;
  const auto check = [&](precise::parameter& p) {
    for (Eigen::Index i = 0; i < p.value.size(); ++i) {
      double& value = p.value.data()[i];
      const double kept = value;
      value = kept + h;
      const double above = net.loss(x, labels);
      value = kept - h;
      const double below = net.loss(x, labels);
      value = kept;
      const double slope = (above - below) / (2 * h);
      worst = std::max(worst, std::abs(slope - p.gradient.data()[i]));
      largest = std::max(largest, std::abs(slope));
    }
  };
  for (auto& layer : net.layers()) {
    check(layer.weights);
    check(layer.bias);
  }
  CHECK(largest > 0.05);
  CHECK(worst < 1e-9);
}

TEST_CASE("network: a step is Adam's, as its paper writes it, with the epsilon of Keras") {
  const examples::adam defaults;
  CHECK(defaults.rate == 1e-3);
  CHECK(defaults.beta1 == 0.9);
  CHECK(defaults.beta2 == 0.999);
  CHECK(defaults.epsilon == 1e-7);

  precise net({2, 3, 2}, 3, {.rate = 0.01, .beta1 = 0.8, .beta2 = 0.95, .epsilon = 1e-7});
  std::mt19937_64 bits(4);
  const auto x = uniform<precise::matrix>(6, 2, bits);
  const std::array labels{0, 1, 1, 1, 1, 0};

  const auto& bias = net.layers()[1].bias;  // of the last layer: no relu silences it
  double value = bias.value(0, 0);
  double m = 0;
  double v = 0;
  for (int t = 1; t <= 5; ++t) {
    net.train(x, labels);
    const double g = bias.gradient(0, 0);
    REQUIRE(std::abs(g) > 1e-2);
    m = 0.8 * m + 0.2 * g;
    v = 0.95 * v + 0.05 * g * g;
    const double m_hat = m / (1 - std::pow(0.8, t));
    const double v_hat = v / (1 - std::pow(0.95, t));
    // Keras adds epsilon to the uncorrected root, the paper to the corrected one.
    const double epsilon = 1e-7 / std::sqrt(1 - std::pow(0.95, t));
    value -= 0.01 * m_hat / (std::sqrt(v_hat) + epsilon);
    CHECK(bias.value(0, 0) == doctest::Approx(value).epsilon(1e-12));
  }
}

TEST_CASE("network: initial weights are Glorot's, the same everywhere") {
  // 14514284786278117030 is the first integer of std::mt19937_64 with its default seed, 5489.
  precise net({64, 64, 10}, 5489);
  const double limit = std::sqrt(6.0 / 128);
  const double first = static_cast<double>(14514284786278117030U >> 11) / 9007199254740992.0;
  const auto& weights = net.layers()[0].weights.value;
  CHECK(weights(0, 0) == (2 * first - 1) * limit);

  CHECK(weights.cwiseAbs().maxCoeff() <= limit);
  CHECK(weights.cwiseAbs().maxCoeff() > 0.99 * limit);
  CHECK(std::abs(weights.mean()) < 4 * limit / std::sqrt(3.0 * 64 * 64));  // four deviations
  CHECK(net.layers()[1].weights.value.cwiseAbs().maxCoeff() <= std::sqrt(6.0 / 74));
  CHECK(net.layers()[1].weights.value.cwiseAbs().maxCoeff() > limit);
  CHECK(net.layers()[0].bias.value.isZero(0));

  examples::network rounded({64, 64, 10}, 5489);
  CHECK(rounded.layers()[0].weights.value == weights.cast<float>());
  CHECK(examples::network({64, 64, 10}, 1).layers()[0].weights.value != weights.cast<float>());
}

TEST_CASE("network: the loss is stable for logits of any size") {
  examples::network net({2, 3}, 5);
  auto& layer = net.layers()[0];
  layer.weights.value.setZero();
  const examples::network::matrix x = examples::network::matrix::Ones(4, 2);
  const std::array labels{0, 1, 2, 0};
  CHECK(net.loss(x, labels) == doctest::Approx(std::log(3.0)).epsilon(1e-6));

  layer.bias.value << 1e4F, 0.0F, -1e4F;  // row losses are 0, 1e4, 2e4, 0
  CHECK(net.loss(x, labels) == doctest::Approx(7500.0).epsilon(1e-6));
  net.differentiate(x, labels);
  CHECK(layer.bias.gradient(0) == 0.5F);
  CHECK(layer.bias.gradient(1) == -0.25F);
  CHECK(layer.bias.gradient(2) == -0.25F);
}

TEST_CASE("network: training separates what is separable") {
  const separable data;
  examples::network net({2, 16, 16, 3}, 6);
  const double before = net.loss(data.x, data.y);
  CHECK(net.accuracy(data.x, data.y) < 0.9);
  CHECK(net.train(data.x, data.y) == doctest::Approx(before).epsilon(1e-6));
  for (int epoch = 0; epoch < 100; ++epoch) {
    for (Eigen::Index row = 0; row < data.x.rows(); row += 30) {
      net.train(data.x.middleRows(row, 30),
                std::span(data.y).subspan(static_cast<std::size_t>(row), 30));
    }
  }
  CHECK(net.loss(data.x, data.y) < 0.1 * before);
  CHECK(net.accuracy(data.x, data.y) == 1.0);
}

TEST_CASE("network: accuracy counts the rows whose largest logit is the label's") {
  examples::network net({3, 3}, 7);
  net.layers()[0].weights.value.setIdentity();  // the logits are the columns
  examples::network::matrix x(4, 3);
  x << 2, 1, 0,    //
      0, 1, -1,    //
      -3, -2, -1,  //
      5, 9, 7;
  CHECK(net.accuracy(x, std::array{0, 1, 2, 1}) == 1.0);
  CHECK(net.accuracy(x, std::array{0, 1, 2, 2}) == 0.75);
  CHECK(net.accuracy(x, std::array{1, 0, 0, 0}) == 0.0);
}

TEST_CASE("network: the type of labels and the stride of rows do not matter") {
  const separable data;
  const std::vector<float> as_float(data.y.begin(), data.y.end());
  examples::network::matrix wide = examples::network::matrix::Constant(300, 5, 1e9F);
  wide.leftCols(2) = data.x;
  const Eigen::Map<const examples::network::matrix, 0, Eigen::OuterStride<>> strided(
      wide.data(), 300, 2, Eigen::OuterStride<>(5));

  examples::network one({2, 8, 3}, 8);
  examples::network two({2, 8, 3}, 8);
  for (int step = 0; step < 3; ++step) {
    CHECK(one.train(data.x, data.y) == two.train(strided, as_float));
  }
  CHECK(one.accuracy(data.x, data.y) == two.accuracy(strided, as_float));
}

TEST_CASE("network: what does not fit is refused before anything changes") {
  examples::network net({2, 3}, 9);
  const auto kept = net.layers()[0].weights.value;
  const examples::network::matrix x = examples::network::matrix::Ones(2, 2);
  const examples::network::matrix wide = examples::network::matrix::Ones(2, 4);
  const examples::network::matrix none(0, 2);
  const float nan = std::numeric_limits<float>::quiet_NaN();

  CHECK_THROWS_WITH_AS(net.train(wide, std::array{0, 1}),
                       "the network takes 2 columns, this batch has 4", std::invalid_argument);
  CHECK_THROWS_WITH_AS(net.train(x, std::array{0, 1, 2}), "the batch has 2 rows and 3 labels",
                       std::invalid_argument);
  CHECK_THROWS_AS(net.train(none, std::vector<int>{}), std::invalid_argument);
  CHECK_THROWS_WITH_AS(net.train(x, std::array{0, 3}),
                       "row 1 has the label 3.000000, the network knows 0 to 2",
                       std::invalid_argument);
  CHECK_THROWS_AS(net.train(x, std::array{0, -1}), std::invalid_argument);
  CHECK_THROWS_AS(net.train(x, std::array{0.0F, 0.5F}), std::invalid_argument);
  CHECK_THROWS_AS(net.train(x, std::array{0.0F, nan}), std::invalid_argument);
  CHECK_THROWS_AS(examples::network({2}, 1), std::invalid_argument);
  CHECK_THROWS_AS(examples::network({2, 0, 3}, 1), std::invalid_argument);
  CHECK(net.layers()[0].weights.value == kept);
}
