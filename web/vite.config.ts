import { fileURLToPath } from 'node:url'
import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'vitest/config'
import { offlineShell } from './tools/offline_shell'

// `ANXIAO_SERVER` names the server that answers /api while developing.
const server = process.env.ANXIAO_SERVER ?? 'http://127.0.0.1:8808'

export default defineConfig({
  plugins: [vue(), offlineShell()],
  resolve: { alias: { '@': fileURLToPath(new URL('./src', import.meta.url)) } },
  define: { __VUE_OPTIONS_API__: 'false', __VUE_PROD_DEVTOOLS__: 'false', __INTLIFY_PROD_DEVTOOLS__: 'false', __VUE_I18N_LEGACY_API__: 'false' },
  build: {
    // Phones in village schools are not new.
    target: ['chrome87', 'edge88', 'firefox78', 'safari14'],
    manifest: true,
    assetsInlineLimit: 2048,
    reportCompressedSize: false,
  },
  server: {
    host: '127.0.0.1',
    proxy: {
      '/api': {
        target: server,
        changeOrigin: true,
        // The server compares Origin with Host; here both are the server's.
        configure: (proxy) => proxy.on('proxyReq', (request) => {
          if (request.getHeader('origin')) request.setHeader('origin', server)
        }),
      },
    },
  },
  test: {
    environment: 'happy-dom',
    include: ['src/**/*.test.ts'],
  },
})
