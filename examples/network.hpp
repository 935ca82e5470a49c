// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// A small classifier in plain Eigen: dense layers with relu between them, softmax cross-entropy
/// and Adam. It knows nothing of smelt; the examples feed it preprocessed batches.

#include <Eigen/Core>
#include <cmath>      // for floor, log, pow, sqrt
#include <cstddef>    // for size_t
#include <cstdint>    // for uint64_t
#include <random>     // for mt19937_64, whose integers the standard fixes
#include <span>       // for labels
#include <stdexcept>  // for invalid_argument
#include <string>     // for to_string
#include <utility>    // for move
#include <vector>     // for vector

namespace examples {

/// The numbers of Adam (Kingma and Ba 2015). The defaults are those of Keras.
struct adam {
  double rate = 1e-3;
  double beta1 = 0.9;
  double beta2 = 0.999;
  double epsilon = 1e-7;
};

/// Dense(w1, relu), Dense(w2, relu), ..., Dense(wn), trained on mini-batches.
/// `Real` is float for use (`network` below), double where gradients are checked.
///
/// A batch is row-major, a sample a row; rows may lie further apart than they are wide. Labels are
/// class numbers 0 .. classes - 1 of any arithmetic type, one per row, in any contiguous range: a
/// vector, a span, an Eigen vector.
///
/// The initial weights are the same on every machine (double arithmetic, rounded once). Trained
/// ones repeat in one build only: Eigen orders the sums of a product by the instruction set.
///
/// Where widths, shapes or labels do not fit, `std::invalid_argument` is thrown and nothing
/// changes.
template <class Real>
class basic_network {
 public:
  using matrix = Eigen::Matrix<Real, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
  using batch = Eigen::Ref<const matrix>;

  /// What Adam moves: values, the gradient of the last batch, running means of g and g^2.
  struct parameter {
    matrix value, gradient, mean, square;

    parameter(Eigen::Index rows, Eigen::Index columns)
        : value(matrix::Zero(rows, columns)), gradient(value), mean(value), square(value) {}
  };

  /// z = a W + b, with W of inputs x outputs and b of 1 x outputs.
  struct layer {
    parameter weights, bias;
  };

  /// `widths` are inputs, hidden units ..., classes. Biases start at 0, weights uniform in
  /// [-limit, limit), limit = sqrt(6 / (inputs + outputs)) (Glorot and Bengio 2010), row by row.
  basic_network(const std::vector<Eigen::Index>& widths, std::uint64_t seed, adam optimizer = {})
      : optimizer_(optimizer) {
    if (widths.size() < 2) throw std::invalid_argument("a network needs at least two widths");
    std::mt19937_64 bits(seed);
    for (std::size_t l = 0; l + 1 < widths.size(); ++l) {
      const auto inputs = widths[l], outputs = widths[l + 1];
      if (inputs < 1 || outputs < 1) throw std::invalid_argument("a width is at least 1");
      layers_.push_back({parameter(inputs, outputs), parameter(1, outputs)});
      auto& weights = layers_.back().weights.value;
      const double limit = std::sqrt(6.0 / static_cast<double>(inputs + outputs));
      for (Real& weight : std::span(weights.data(), static_cast<std::size_t>(weights.size()))) {
        // std::uniform_real_distribution would differ between standard libraries.
        const double uniform = static_cast<double>(bits() >> 11) * 0x1p-53;  // in [0, 1)
        weight = static_cast<Real>((2 * uniform - 1) * limit);
      }
    }
  }

  /// One step of Adam on one mini-batch. Returns the mean loss before the step.
  template <class Labels>
  double train(const batch& x, const Labels& y) {
    const double before = differentiate(x, y);
    ++step_;
    for (layer& each : layers_) {
      descend(each.weights);
      descend(each.bias);
    }
    return before;
  }

  /// The fraction of rows whose largest logit is the label's.
  template <class Labels>
  double accuracy(const batch& x, const Labels& y) const {
    const matrix z = logits(x);
    const auto classes = classes_of(y, z);
    Eigen::Index hits = 0;
    for (Eigen::Index row = 0; row < z.rows(); ++row) {
      Eigen::Index best = 0;
      z.row(row).maxCoeff(&best);
      if (best == classes(row)) ++hits;
    }
    return static_cast<double>(hits) / static_cast<double>(z.rows());
  }

  /// The mean loss; nothing is learned.
  template <class Labels>
  double loss(const batch& x, const Labels& y) const {
    matrix z = logits(x);
    return cross_entropy(z, classes_of(y, z));
  }

  /// The mean loss, and its gradient in every parameter, by back-propagation: where a enters a
  /// layer and d = d loss / d z,
  ///   d loss / d W = a^T d,   d loss / d b = column sums of d,   d loss / d a = d W^T,
  /// and the relu before it passes d loss / d a on where a > 0.
  template <class Labels>
  double differentiate(const batch& x, const Labels& y) {
    auto a = activations(x);
    matrix d = std::move(a.back());
    const double loss = cross_entropy(d, classes_of(y, d));
    for (std::size_t l = layers_.size(); l-- > 0;) {
      layers_[l].weights.gradient = a[l].transpose() * d;
      layers_[l].bias.gradient = d.colwise().sum();
      if (l == 0) break;  // nobody moves the data
      d = d * layers_[l].weights.value.transpose();
      d.array() *= (a[l].array() > Real(0)).template cast<Real>();
    }
    return loss;
  }

  /// Rows x classes, before the softmax.
  matrix logits(const batch& x) const { return activations(x).back(); }

  std::vector<layer>& layers() { return layers_; }

 private:
  using class_list = Eigen::Vector<Eigen::Index, Eigen::Dynamic>;

  /// What enters each layer, then the logits.
  std::vector<matrix> activations(const batch& x) const {
    const auto inputs = layers_.front().weights.value.rows();
    if (x.rows() == 0) throw std::invalid_argument("a batch needs at least one row");
    if (x.cols() != inputs) {
      throw std::invalid_argument("the network takes " + std::to_string(inputs) +
                                  " columns, this batch has " + std::to_string(x.cols()));
    }
    std::vector<matrix> a{x};
    for (const layer& each : layers_) {
      if (a.size() > 1) a.back() = a.back().cwiseMax(Real(0));
      a.push_back((a.back() * each.weights.value).rowwise() + each.bias.value.row(0));
    }
    return a;
  }

  template <class Labels>
  static class_list classes_of(const Labels& y, const matrix& logits) {
    const std::span labels(y);
    const auto rows = static_cast<std::size_t>(logits.rows());
    if (labels.size() != rows) {
      throw std::invalid_argument("the batch has " + std::to_string(rows) + " rows and " +
                                  std::to_string(labels.size()) + " labels");
    }
    class_list classes(logits.rows());
    for (std::size_t row = 0; row < rows; ++row) {
      const auto label = static_cast<double>(labels[row]);
      const bool inside =
          label >= 0 && label < static_cast<double>(logits.cols());  // false for NaN
      if (!inside || label != std::floor(label)) {
        throw std::invalid_argument("row " + std::to_string(row) + " has the label " +
                                    std::to_string(label) + ", the network knows 0 to " +
                                    std::to_string(logits.cols() - 1));
      }
      classes(static_cast<Eigen::Index>(row)) = static_cast<Eigen::Index>(label);
    }
    return classes;
  }

  /// Turns logits z into d loss / d z and returns the loss. With p = softmax(z),
  ///   loss = mean over rows of -log p[label],   d loss / d z = (p - onehot(label)) / rows.
  /// log p = (z - max z) - log(sum exp(z - max z)): no exponential overflows, no logarithm meets 0.
  static double cross_entropy(matrix& z, const class_list& classes) {
    double sum = 0;
    for (Eigen::Index row = 0; row < z.rows(); ++row) {
      auto p = z.row(row).array();
      p -= p.maxCoeff();
      p -= std::log(p.exp().sum());
      sum -= static_cast<double>(p(classes(row)));
      p = p.exp();
      p(classes(row)) -= Real(1);
    }
    z /= static_cast<Real>(z.rows());
    return sum / static_cast<double>(z.rows());
  }

  /// Adam as Keras writes it, g the gradient and t the number of the step:
  ///   m += (1 - beta1) (g - m),   v += (1 - beta2) (g^2 - v),
  ///   value -= rate sqrt(1 - beta2^t) / (1 - beta1^t) * m / (sqrt(v) + epsilon)
  void descend(parameter& p) const {
    const auto [rate, beta1, beta2, epsilon] = optimizer_;
    p.mean += static_cast<Real>(1 - beta1) * (p.gradient - p.mean);
    p.square += static_cast<Real>(1 - beta2) * (p.gradient.cwiseAbs2() - p.square);
    const double unbiased = std::sqrt(1 - std::pow(beta2, step_)) / (1 - std::pow(beta1, step_));
    p.value.array() -= static_cast<Real>(rate * unbiased) * p.mean.array() /
                       (p.square.array().sqrt() + static_cast<Real>(epsilon));
  }

  adam optimizer_;
  std::vector<layer> layers_;
  int step_ = 0;
};

/// The network of the examples.
using network = basic_network<float>;

}  // namespace examples
