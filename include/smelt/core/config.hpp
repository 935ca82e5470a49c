// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// Every macro of the library, each with its reason. Nothing else in smelt asks the preprocessor
/// which compiler or machine it is on.

// -ffast-math lets a compiler assume that NaN does not exist and reorder sums: the same bits on
// every machine, the promise of this library, could not be kept. With the opt-out, missing values
// are still found (they are tested on their bits) and only the promise of equal bits lapses.
#if defined(__FAST_MATH__) && !defined(SMELT_ALLOW_FAST_MATH)
#error "smelt keeps the same bits everywhere, which -ffast-math breaks. Compile without it, or define SMELT_ALLOW_FAST_MATH to give up that promise."
#endif

// Whether nvcc compiles this. Arithmetic of ops and statistics is compiled for host and device from one source.
#if defined(__CUDACC__)
#define SMELT_NVCC 1
#define SMELT_HD __host__ __device__
#else
#define SMELT_NVCC 0
#define SMELT_HD
#endif

// A function for both sides that calls what it is given is called on the host with the host's own
// functions; nvcc takes that for a mistake. This goes before its `template`.
#if defined(__CUDACC__)
#define SMELT_CALLS_ANY _Pragma("nv_exec_check_disable")
#else
#define SMELT_CALLS_ANY
#endif

// What a CUDA binary has code for, said where a card is refused: 750,900 for sm_75 and sm_90.
#if defined(__CUDA_ARCH_LIST__)
#define SMELT_CUDA_ARCHITECTURES __CUDA_ARCH_LIST__
#else
#define SMELT_CUDA_ARCHITECTURES 0
#endif

// The register class that holds a double, scalar or packet: `product` pins its result there.
#if defined(__x86_64__) || defined(__i386__)
#if defined(__AVX512F__)
#define SMELT_FP_REGISTER "v"
#else
#define SMELT_FP_REGISTER "x"
#endif
#elif defined(__aarch64__)
#define SMELT_FP_REGISTER "w"
#else
#define SMELT_FP_REGISTER "m"
#endif

// x86 has instructions for masks and conversions that no portable spelling reaches: comparisons into
// mask registers, and float packets widened in one step.
#if defined(__AVX512F__) && defined(__AVX512DQ__) && defined(__AVX512VL__)
#define SMELT_X86_PACKETS 512
#elif defined(__AVX__)
#define SMELT_X86_PACKETS 256
#else
#define SMELT_X86_PACKETS 0
#endif

// Host kernels carry their instruction set in their name. Without it, two translation units of one
// program compiled with different -march share one weak symbol, and the linker picks either.
#if defined(__AVX512F__) && defined(__AVX512DQ__) && defined(__AVX512VL__)
#define SMELT_ISA isa_avx512
#elif defined(__AVX2__)
#define SMELT_ISA isa_avx2
#elif defined(__AVX__)
#define SMELT_ISA isa_avx
#elif defined(__SSE4_2__)
#define SMELT_ISA isa_sse4
#elif defined(__SSE2__)
#define SMELT_ISA isa_sse2
#elif defined(__aarch64__)
#define SMELT_ISA isa_neon
#else
#define SMELT_ISA isa_generic
#endif

// Without exceptions a failure that has no caller to return to must end the program; what would have
// been thrown is named all the same, so that nothing it was made of counts as unused. Nobody throws
// there, so what is tried succeeds.
#if defined(__cpp_exceptions)
#define SMELT_EXCEPTIONS 1
#define SMELT_THROW(...) throw __VA_ARGS__
#define SMELT_TRY try
#define SMELT_CATCH_ALL catch (...)
#else
#define SMELT_EXCEPTIONS 0
#define SMELT_THROW(...) (static_cast<void>(sizeof((__VA_ARGS__))), ::std::abort())
#define SMELT_TRY if constexpr (true)
#define SMELT_CATCH_ALL else
#endif

// A hot function whose packets must stay in registers: the call itself would spill them. And a hot
// loop, into which all that it calls is put: ops of users' stages say nothing of themselves.
#if defined(__GNUC__)
#define SMELT_INLINE [[gnu::always_inline]] inline
#define SMELT_FLATTEN [[gnu::flatten]]
#else
#define SMELT_INLINE inline
#define SMELT_FLATTEN
#endif

// A function that is compiled where it is called. Of an `inline` one a compiler makes, wherever its
// header is read, all that it uses of the standard library, nvcc three times over; of a template nothing.
#define SMELT_LAZY template <int = 0> inline

namespace smelt::inline v0 {

/// True where the host compiler may assume away NaN (only with SMELT_ALLOW_FAST_MATH).
#if defined(__FAST_MATH__)
inline constexpr bool fast_math = true;
#else
inline constexpr bool fast_math = false;
#endif

}  // namespace smelt::inline v0
